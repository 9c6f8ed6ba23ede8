package io.flanstream.jobs.eval;

import java.util.Locale;

/** Plots of figures as inline SVG. */
record Plots(Markup page) {
  private static final int SIDE = 260;
  private static final int LEFT = 44;
  private static final int TOP = 10;
  private static final int BOTTOM = 40;
  private static final int CELL = 22;
  private static final int LETTER = 7;

  /** Accuracy over score: bars that reach the diagonal say what they are. */
  void reliability(CalibrationError calibration) {
    page.open(
        "svg",
        "viewBox",
        "0 0 %s %s".formatted(LEFT + SIDE + 10, TOP + SIDE + BOTTOM),
        "width",
        String.valueOf(LEFT + SIDE + 10),
        "role",
        "img",
        "aria-label",
        "Reliability diagram");
    for (int tick = 0; tick <= 10; tick += 2) {
      double at = tick / 10.0;
      line(0, at, 1, at, "grid");
      label(LEFT - 6, y(at) + 4, "end", String.format(Locale.ROOT, "%.1f", at));
      label(x(at), TOP + SIDE + 16, "middle", String.format(Locale.ROOT, "%.1f", at));
    }
    for (CalibrationError.Bin bin : calibration.bins()) {
      if (bin.answers() > 0) {
        bar(bin);
      }
    }
    line(0, 0, 1, 1, "ideal");
    label(LEFT + SIDE / 2.0, TOP + SIDE + 34, "middle", "score");
    page.leaf(
        "text",
        "accuracy",
        "transform",
        "translate(12 %s) rotate(-90)".formatted(TOP + SIDE / 2),
        "text-anchor",
        "middle");
    page.close();
  }

  private void bar(CalibrationError.Bin bin) {
    page.open(
            "rect",
            "class",
            "bar",
            "x",
            number(x(bin.from()) + 1),
            "y",
            number(y(bin.accuracy())),
            "width",
            number(x(bin.to()) - x(bin.from()) - 2),
            "height",
            number(y(0) - y(bin.accuracy())))
        .leaf(
            "title",
            "%s answers, mean score %s, accuracy %s"
                .formatted(
                    bin.answers(),
                    TextReport.number(bin.score()),
                    TextReport.number(bin.accuracy())))
        .close();
    page.empty(
        "circle",
        "class",
        "mean",
        "cx",
        number(x(bin.score())),
        "cy",
        number(y(bin.accuracy())),
        "r",
        "3");
    label(x((bin.from() + bin.to()) / 2), y(0) - 4, "middle", String.valueOf(bin.answers()));
  }

  /** Right labels in rows, given ones in columns. */
  void confusion(Confusion confusion) {
    int longest =
        confusion.labels().stream()
            .mapToInt(name -> Confusion.shown(name).length())
            .max()
            .orElse(0);
    int margin = longest * LETTER + 12;
    int side = confusion.labels().size() * CELL;
    page.open(
        "svg",
        "viewBox",
        "0 0 %s %s".formatted(margin + side + 4, margin + side + 4),
        "width",
        String.valueOf(margin + side + 4),
        "role",
        "img",
        "aria-label",
        "Confusion matrix");
    for (int i = 0; i < confusion.labels().size(); i++) {
      String name = Confusion.shown(confusion.labels().get(i));
      label(margin - 6, margin + i * CELL + 15, "end", name);
      page.leaf(
          "text",
          name,
          "transform",
          "translate(%s %s) rotate(-90)".formatted(margin + i * CELL + 15, margin - 6));
      row(confusion, i, margin);
    }
    page.close();
  }

  private void row(Confusion confusion, int row, int margin) {
    int support = confusion.counts().get(row).stream().mapToInt(Integer::intValue).sum();
    for (int column = 0; column < confusion.labels().size(); column++) {
      int count = confusion.counts().get(row).get(column);
      double part = Measure.ratio(count, support);
      page.open(
              "rect",
              "class",
              row == column ? "hit" : "miss",
              "x",
              String.valueOf(margin + column * CELL),
              "y",
              String.valueOf(margin + row * CELL),
              "width",
              String.valueOf(CELL - 1),
              "height",
              String.valueOf(CELL - 1),
              "fill-opacity",
              number(count == 0 ? 0.05 : 0.25 + 0.75 * part))
          .leaf(
              "title",
              "%s given %s: %s of %s"
                  .formatted(
                      Confusion.shown(confusion.labels().get(row)),
                      Confusion.shown(confusion.labels().get(column)),
                      count,
                      support))
          .close();
      if (count > 0) {
        label(
            margin + column * CELL + CELL / 2.0,
            margin + row * CELL + 15,
            "middle",
            String.valueOf(count));
      }
    }
  }

  private void line(double fromX, double fromY, double toX, double toY, String kind) {
    page.empty(
        "line",
        "class",
        kind,
        "x1",
        number(x(fromX)),
        "y1",
        number(y(fromY)),
        "x2",
        number(x(toX)),
        "y2",
        number(y(toY)));
  }

  private void label(double x, double y, String anchor, String text) {
    page.leaf("text", text, "x", number(x), "y", number(y), "text-anchor", anchor);
  }

  private static double x(double value) {
    return LEFT + value * SIDE;
  }

  private static double y(double value) {
    return TOP + (1 - value) * SIDE;
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }
}
