package io.flanstream.jobs.suite;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.flanstream.jobs.suite.SuiteFigures.Failure;
import io.flanstream.jobs.suite.SuiteFigures.Figures;
import io.flanstream.jobs.terminal.Style;
import io.flanstream.jobs.terminal.TextTable;
import io.flanstream.jobs.terminal.TextWidth;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** How the figures of a suite are shown. */
public enum SuiteReport {
  /** For people. */
  TEXT {
    @Override
    public void write(SuiteFigures figures, PrintWriter out) {
      out.println(
          Style.BOLD.out(figures.suite())
              + ": %,d questions in %,d tasks, prompts of %d examples"
                  .formatted(
                      figures.all().questions(), figures.tasks().size(), figures.examples()));
      out.println(
          Style.DIM.out(
              "model %s (%s)".formatted(figures.model().name(), figures.model().dtype())));
      Figures all = figures.all();
      say(out, "mean of the tasks", percent(figures.meanAccuracy()));
      say(
          out,
          "all questions",
          "%s  %,d of %,d".formatted(percent(all.accuracy()), all.right(), all.questions()));
      count(out, "without an answer", all.unanswered(), all);
      count(out, "with fewer examples", all.fewerExamples(), all);
      out.println();
      table(figures).print(out);
      failures(figures.failures(), out);
    }
  },
  /** All figures, and every failure, as one JSON object. */
  JSON {
    @Override
    public void write(SuiteFigures figures, PrintWriter out) throws IOException {
      out.println(MAPPER.writeValueAsString(figures));
    }
  };

  private static final int FAILURES = 10;
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  /** Writes figures. */
  public abstract void write(SuiteFigures figures, PrintWriter out) throws IOException;

  private static void say(PrintWriter out, String name, String value) {
    out.println("  " + TextWidth.left(name, 22) + value);
  }

  private static void count(PrintWriter out, String name, int count, Figures all) {
    if (count > 0) {
      say(out, name, "%,d of %,d questions".formatted(count, all.questions()));
    }
  }

  private static TextTable table(SuiteFigures figures) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("task", "questions", "right", "accuracy"));
    for (Figures task : figures.tasks()) {
      rows.add(
          List.of(
              task.name(),
              "%,d".formatted(task.questions()),
              "%,d".formatted(task.right()),
              percent(task.accuracy())));
    }
    return new TextTable(1, rows);
  }

  private static void failures(List<Failure> failures, PrintWriter out) {
    if (failures.isEmpty()) {
      return;
    }
    out.println();
    out.println(Style.BOLD.out("Failed: %,d".formatted(failures.size())));
    for (Failure failure : failures.subList(0, Math.min(FAILURES, failures.size()))) {
      out.println("  %s  %s".formatted(failure.place(), TextWidth.oneLine(failure.message())));
    }
    if (failures.size() > FAILURES) {
      out.println("  " + Style.DIM.out("… and %,d more".formatted(failures.size() - FAILURES)));
    }
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
