package io.flanstream.jobs.eval;

import io.flanstream.jobs.terminal.Style;
import io.flanstream.jobs.terminal.TextTable;
import io.flanstream.jobs.terminal.TextWidth;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Figures for people. */
record TextReport(PrintWriter out) {
  private static final int MISTAKES = 10;
  private static final int FAILURES = 10;
  private static final String GAP = "  ";

  void write(Evaluation evaluation) {
    out.println(
        Style.BOLD.out(evaluation.pipeline())
            + String.format(
                Locale.ROOT, " over %s: %,d texts", evaluation.labelled(), evaluation.texts()));
    if (evaluation.model() != null) {
      out.println(
          Style.DIM.out(
              "model %s (%s)".formatted(evaluation.model().name(), evaluation.model().dtype())));
    }
    for (TaskFigures figures : evaluation.tasks()) {
      out.println();
      if (figures instanceof ClassificationFigures labels) {
        labels(labels);
      } else if (figures instanceof GenerationFigures texts) {
        texts(texts);
      } else {
        fields((ExtractionFigures) figures);
      }
    }
    failures(evaluation.failures());
  }

  private void labels(ClassificationFigures figures) {
    heading(figures, "labels");
    ClassificationFigures.Abstention abstention = figures.abstention();
    figure(
        "accuracy",
        figures.accuracy(),
        "%s of %s texts that have a label".formatted(figures.right(), figures.labelled()));
    figure(
        "where a label was given",
        abstention.accuracyOfAnswered(),
        "%s of %s".formatted(figures.right(), figures.labelled() - abstention.labelled()));
    averages(figures);
    say(
        "no label",
        "%s of %s texts that have one; %s of %s that have none"
            .formatted(
                abstention.labelled(),
                figures.labelled(),
                abstention.right(),
                abstention.unlabelled()));
    details("label", figures);
    if (figures.confusion() != null) {
      confusions(figures.confusion().mistakes());
    }
  }

  private void fields(ExtractionFigures figures) {
    heading(figures, "fields");
    Measure all = figures.measures().all();
    figure(
        "precision", all.precision(), "%s of %s values found".formatted(all.right(), all.given()));
    figure(
        "recall", all.recall(), "%s of %s values there are".formatted(all.right(), all.support()));
    averages(figures);
    say("texts", "%s of %s without a mistake".formatted(figures.right(), figures.texts()));
    details("field", figures);
  }

  private void texts(GenerationFigures figures) {
    heading(figures, "written");
    figure("exact match", figures.exactMatch(), "");
    figure("token F1", figures.tokenF1(), "");
    figure("ROUGE-L", figures.rougeL(), "");
    say("no answer", "%s of %s texts".formatted(figures.unanswered(), figures.texts()));
    say("cut at their length", "%s of %s texts".formatted(figures.unfinished(), figures.texts()));
  }

  private void heading(TaskFigures figures, String what) {
    out.println(
        Style.BOLD.out(figures.task())
            + String.format(
                Locale.ROOT,
                "  %s, %,d texts%s",
                what,
                figures.texts(),
                figures.failed() == 0
                    ? ""
                    : String.format(Locale.ROOT, ", %,d failed", figures.failed())));
  }

  private void averages(CountedFigures figures) {
    figure("macro F1", figures.measures().macroF1(), "");
    figure("micro F1", figures.measures().all().f1(), "");
    figure(
        "calibration error",
        figures.calibration().error(),
        String.format(Locale.ROOT, "over %,d answers", figures.calibration().answers()));
  }

  private void details(String what, CountedFigures figures) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of(what, "support", "given", "right", "precision", "recall", "F1"));
    for (Measure measure : figures.measures().each()) {
      rows.add(
          List.of(
              measure.name(),
              String.valueOf(measure.support()),
              String.valueOf(measure.given()),
              String.valueOf(measure.right()),
              number(measure.precision()),
              number(measure.recall()),
              number(measure.f1())));
    }
    out.println();
    new TextTable(1, rows).print(out);
    List<List<String>> bins = new ArrayList<>();
    bins.add(List.of("scores", "answers", "mean score", "accuracy"));
    for (CalibrationError.Bin bin : figures.calibration().bins()) {
      if (bin.answers() > 0) {
        bins.add(
            List.of(
                String.format(Locale.ROOT, "%.1f-%.1f", bin.from(), bin.to()),
                String.valueOf(bin.answers()),
                number(bin.score()),
                number(bin.accuracy())));
      }
    }
    out.println();
    new TextTable(1, bins).print(out);
  }

  private void confusions(List<Confusion.Mistake> mistakes) {
    if (mistakes.isEmpty()) {
      return;
    }
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("right", "given", "texts"));
    mistakes.stream()
        .limit(MISTAKES)
        .forEach(
            mistake ->
                rows.add(
                    List.of(
                        Confusion.shown(mistake.right()),
                        Confusion.shown(mistake.given()),
                        String.valueOf(mistake.texts()))));
    out.println();
    new TextTable(2, rows).print(out);
    if (mistakes.size() > MISTAKES) {
      out.println(GAP + Style.DIM.out("… and %s more".formatted(mistakes.size() - MISTAKES)));
    }
  }

  private void failures(List<Answer.Failure> failures) {
    if (failures.isEmpty()) {
      return;
    }
    out.println();
    out.println(Style.BOLD.out(String.format(Locale.ROOT, "Failed: %,d", failures.size())));
    for (Answer.Failure failure : failures.subList(0, Math.min(FAILURES, failures.size()))) {
      String line =
          "%s  %s  %s"
              .formatted(failure.place(), failure.code(), TextWidth.oneLine(failure.message()));
      out.println(GAP + TextWidth.fit(line, Style.columns() - GAP.length()));
    }
    if (failures.size() > FAILURES) {
      out.println(
          GAP
              + Style.DIM.out(
                  String.format(Locale.ROOT, "… and %,d more", failures.size() - FAILURES)));
    }
  }

  private void figure(String name, double value, String explained) {
    say(name, (number(value) + GAP + explained).stripTrailing());
  }

  private void say(String name, String value) {
    out.println(GAP + TextWidth.left(name, 26) + value);
  }

  static String number(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }
}
