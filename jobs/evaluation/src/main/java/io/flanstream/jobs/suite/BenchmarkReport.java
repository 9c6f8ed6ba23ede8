package io.flanstream.jobs.suite;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.flanstream.jobs.suite.BenchmarkFigures.Failure;
import io.flanstream.jobs.suite.BenchmarkFigures.Figures;
import io.flanstream.jobs.terminal.Style;
import io.flanstream.jobs.terminal.TextTable;
import io.flanstream.jobs.terminal.TextWidth;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** How the figures of a suite are shown. */
public enum BenchmarkReport {
  /** For people. */
  TEXT {
    @Override
    public void write(BenchmarkFigures figures, PrintWriter out) {
      out.println(
          Style.BOLD.out(figures.suite())
              + String.format(
                  Locale.ROOT,
                  ": %,d questions in %,d tasks, prompts of %s examples",
                  figures.all().questions(),
                  figures.tasks().size(),
                  figures.examples()));
      out.println(
          Style.DIM.out(
              "model %s (%s)".formatted(figures.model().name(), figures.model().dtype())));
      Figures all = figures.all();
      say(out, "mean of the tasks", percent(figures.meanAccuracy()));
      say(
          out,
          "all questions",
          String.format(
              Locale.ROOT,
              "%s  %,d of %,d",
              percent(all.accuracy()),
              all.right(),
              all.questions()));
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
    public void write(BenchmarkFigures figures, PrintWriter out) throws IOException {
      out.println(MAPPER.writeValueAsString(figures));
    }
  };

  private static final int FAILURES = 10;
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  /** Writes figures. */
  public abstract void write(BenchmarkFigures figures, PrintWriter out) throws IOException;

  private static void say(PrintWriter out, String name, String value) {
    out.println("  " + TextWidth.left(name, 22) + value);
  }

  private static void count(PrintWriter out, String name, int count, Figures all) {
    if (count > 0) {
      say(out, name, String.format(Locale.ROOT, "%,d of %,d questions", count, all.questions()));
    }
  }

  private static TextTable table(BenchmarkFigures figures) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("task", "questions", "right", "accuracy"));
    for (Figures task : figures.tasks()) {
      rows.add(
          List.of(
              task.name(),
              String.format(Locale.ROOT, "%,d", task.questions()),
              String.format(Locale.ROOT, "%,d", task.right()),
              percent(task.accuracy())));
    }
    return new TextTable(1, rows);
  }

  private static void failures(List<Failure> failures, PrintWriter out) {
    if (failures.isEmpty()) {
      return;
    }
    out.println();
    out.println(Style.BOLD.out(String.format(Locale.ROOT, "Failed: %,d", failures.size())));
    for (Failure failure : failures.subList(0, Math.min(FAILURES, failures.size()))) {
      out.println("  %s  %s".formatted(failure.place(), TextWidth.oneLine(failure.message())));
    }
    if (failures.size() > FAILURES) {
      out.println(
          "  "
              + Style.DIM.out(
                  String.format(Locale.ROOT, "… and %,d more", failures.size() - FAILURES)));
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
