package io.flanstream.jobs.eval;

import java.io.Writer;
import java.util.List;
import java.util.Locale;

/** An evaluation as one page that needs nothing else: no script, no file, no network. */
public final class HtmlReport {
  private static final int MISTAKES = 100;
  private static final String STYLE =
      """

      :root { color-scheme: light dark; --ink: #1d2530; --soft: #66707c; --line: #d9dee4; --hit: #2f7d5b; --miss: #b5473c; --bar: #4f7cac; --page: #ffffff; }
      @media (prefers-color-scheme: dark) { :root { --ink: #e4e8ec; --soft: #98a2ad; --line: #343c46; --hit: #4fae84; --miss: #d86f63; --bar: #6d9bd0; --page: #14181d; } }
      body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--page); max-width: 1100px; margin: 2rem auto; padding: 0 1rem; }
      h1, h2, h3 { line-height: 1.2; } h2 { margin-top: 2.5rem; border-bottom: 1px solid var(--line); padding-bottom: .3rem; }
      .facts { color: var(--soft); overflow-wrap: anywhere; }
      .figures { display: flex; flex-wrap: wrap; gap: 1rem; margin: 1rem 0; }
      .figure { border: 1px solid var(--line); border-radius: 6px; padding: .6rem 1rem; min-width: 9rem; }
      .figure b { display: block; font-size: 1.5rem; } .figure span { color: var(--soft); font-size: .85rem; }
      .wide { overflow-x: auto; }
      table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
      th, td { text-align: left; padding: .25rem .6rem; border-bottom: 1px solid var(--line); vertical-align: top; overflow-wrap: break-word; }
      th { color: var(--soft); font-weight: 600; } .n { text-align: right; white-space: nowrap; }
      svg text { font: 11px system-ui, sans-serif; fill: var(--ink); }
      .grid { stroke: var(--line); } .ideal { stroke: var(--soft); stroke-dasharray: 4 4; }
      .bar { fill: var(--bar); fill-opacity: .55; } .mean { fill: var(--ink); } .hit { fill: var(--hit); } .miss { fill: var(--miss); }
      """;

  private final Markup page;

  private HtmlReport(Writer out) {
    this.page = new Markup(out);
  }

  /** Writes the page. */
  public static void write(Evaluation evaluation, Writer out) {
    new HtmlReport(out).write(evaluation);
  }

  private void write(Evaluation evaluation) {
    String title = "%s over %s".formatted(evaluation.pipeline(), evaluation.labelled());
    page.open("html", "lang", "en").open("head").empty("meta", "charset", "utf-8");
    page.empty(
        "meta",
        "http-equiv",
        "Content-Security-Policy",
        "content",
        "default-src 'none'; style-src 'unsafe-inline'");
    page.empty("meta", "name", "viewport", "content", "width=device-width");
    page.leaf("title", title).leaf("style", STYLE).close();
    page.open("body").leaf("h1", title);
    page.leaf("p", facts(evaluation), "class", "facts");
    for (TaskFigures figures : evaluation.tasks()) {
      task(figures);
    }
    if (!evaluation.isWhole()) {
      failures(evaluation.failures());
    }
    page.end();
  }

  private static String facts(Evaluation evaluation) {
    Evaluation.Model model = evaluation.model();
    String texts = String.format(Locale.ROOT, "%,d texts", evaluation.texts());
    return model == null
        ? texts
        : "%s · model %s · %s · weights %s · tasks %s"
            .formatted(
                texts, model.name(), model.dtype(), model.weightsHash(), model.taskSetVersion());
  }

  private void task(TaskFigures figures) {
    page.leaf("h2", figures.task()).open("div", "class", "figures");
    if (figures instanceof CountedFigures counted) {
      counted(counted);
    } else {
      written((GenerationFigures) figures);
    }
    mistakes(figures.mistakes());
  }

  private void counted(CountedFigures figures) {
    if (figures instanceof ClassificationFigures labels) {
      ClassificationFigures.Abstention abstention = labels.abstention();
      figure("accuracy", labels.accuracy(), labels.right() + " of " + labels.labelled());
      figure(
          "where a label was given",
          abstention.accuracyOfAnswered(),
          labels.right() + " of " + (labels.labelled() - abstention.labelled()));
      card("got no label", abstention.labelled() + " of " + labels.labelled(), "that have one");
      card("got no label", abstention.right() + " of " + abstention.unlabelled(), "that have none");
    } else {
      Measure all = figures.measures().all();
      figure("precision", all.precision(), all.right() + " of " + all.given());
      figure("recall", all.recall(), all.right() + " of " + all.support());
    }
    figure("macro F1", figures.measures().macroF1(), "over labels or fields that occur");
    figure("micro F1", figures.measures().all().f1(), "over all of them");
    figure(
        "calibration error",
        figures.calibration().error(),
        figures.calibration().answers() + " answers");
    failed(figures);
    page.leaf("h3", "Reliability");
    new Plots(page).reliability(figures.calibration());
    measures(figures.measures());
    if (figures instanceof ClassificationFigures labels && labels.confusion() != null) {
      page.leaf("h3", "Confusion: right in rows, given in columns").open("div", "class", "wide");
      new Plots(page).confusion(labels.confusion());
      page.close();
    }
  }

  private void written(GenerationFigures figures) {
    figure("exact match", figures.exactMatch(), "but for case, punctuation and articles");
    figure("token F1", figures.tokenF1(), "words in any order");
    figure("ROUGE-L", figures.rougeL(), "longest common subsequence");
    String texts = "of %s texts".formatted(figures.texts());
    card("no answer", String.valueOf(figures.unanswered()), texts);
    card("cut at their length", String.valueOf(figures.unfinished()), texts);
    failed(figures);
  }

  private void failed(TaskFigures figures) {
    card("failed", String.valueOf(figures.failed()), "of %s texts".formatted(figures.texts()));
    page.close();
  }

  private void figure(String name, double value, String explained) {
    card(name, TextReport.number(value), explained);
  }

  private void card(String name, String value, String explained) {
    page.open("div", "class", "figure").text(name).leaf("b", value).leaf("span", explained).close();
  }

  private void measures(Measures measures) {
    page.leaf("h3", "One by one").open("table").open("tr");
    page.leaf("th", "name");
    List.of("support", "given", "right", "precision", "recall", "F1")
        .forEach(name -> page.leaf("th", name, "class", "n"));
    page.close();
    for (Measure measure : measures.each()) {
      page.open("tr").leaf("td", measure.name());
      List.of(
              String.valueOf(measure.support()),
              String.valueOf(measure.given()),
              String.valueOf(measure.right()),
              TextReport.number(measure.precision()),
              TextReport.number(measure.recall()),
              TextReport.number(measure.f1()))
          .forEach(cell -> page.leaf("td", cell, "class", "n"));
      page.close();
    }
    page.close();
  }

  private void mistakes(List<TaskFigures.Mistake> mistakes) {
    if (mistakes.isEmpty()) {
      return;
    }
    int shown = Math.min(MISTAKES, mistakes.size());
    page.leaf(
        "h3",
        String.format(
            Locale.ROOT, "Mistakes: %,d of %,d, the surest first", shown, mistakes.size()));
    header("place", "text", "right", "given", "score");
    for (TaskFigures.Mistake mistake : mistakes.subList(0, shown)) {
      row(
          mistake.place(),
          mistake.text(),
          joined(mistake.right()),
          joined(mistake.given()),
          mistake.score() == null ? "" : TextReport.number(mistake.score()));
    }
    page.close();
  }

  private void failures(List<Answer.Failure> failures) {
    page.leaf("h2", String.format(Locale.ROOT, "Failed: %,d", failures.size()));
    header("place", "id", "task", "code", "message");
    for (Answer.Failure failure : failures) {
      row(
          failure.place(),
          failure.id(),
          failure.task() == null ? "all" : failure.task(),
          failure.code(),
          failure.message());
    }
    page.close();
  }

  private void header(String... names) {
    page.open("table").open("tr");
    List.of(names).forEach(name -> page.leaf("th", name));
    page.close();
  }

  private void row(String... cells) {
    page.open("tr");
    List.of(cells).forEach(cell -> page.leaf("td", cell));
    page.close();
  }

  private static String joined(List<String> answers) {
    return answers.isEmpty() ? "nothing" : String.join(", ", answers);
  }
}
