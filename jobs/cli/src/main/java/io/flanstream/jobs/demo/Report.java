package io.flanstream.jobs.demo;

import io.flanstream.jobs.demo.Results.Keyed;
import io.flanstream.jobs.terminal.Style;
import io.flanstream.jobs.terminal.TextWidth;
import io.flanstream.schemas.Classification;
import io.flanstream.schemas.DeadLetter;
import io.flanstream.schemas.EnrichedEvent;
import io.flanstream.schemas.ExtractedField;
import io.flanstream.schemas.Extraction;
import java.io.PrintWriter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What the demo shows of its results. */
record Report(PrintWriter out) {
  private static final String MARGIN = "          ";

  void heading(String text) {
    out.println();
    out.println(Style.BOLD.out(text));
  }

  void samples(List<Keyed<EnrichedEvent>> enriched) {
    List<EnrichedEvent> samples = Samples.of(enriched.stream().map(Keyed::value).toList());
    heading(String.format(Locale.ROOT, "Enriched: %s of %,d", samples.size(), enriched.size()));
    samples.forEach(this::sample);
  }

  private void sample(EnrichedEvent event) {
    String text = TextWidth.oneLine(event.getText());
    out.println(
        "  "
            + Style.CYAN.out(event.getId())
            + "  "
            + TextWidth.fit(text, Style.columns() - MARGIN.length()));
    for (Classification label : event.getClassifications()) {
      out.println(MARGIN + label(label));
    }
    for (Extraction extraction : event.getExtractions()) {
      for (ExtractedField field : extraction.getFields()) {
        out.println(MARGIN + field(field));
      }
    }
  }

  private static String label(Classification label) {
    String name = label.getAbstained() ? "no label" : label.getLabel();
    return TextWidth.left(label.getTask(), 16)
        + TextWidth.left(name, 38)
        + Style.DIM.out(String.format(Locale.ROOT, "%.2f", label.getScore()));
  }

  private static String field(ExtractedField field) {
    String value = "\"%s\" at %s-%s".formatted(field.getValue(), field.getStart(), field.getEnd());
    return TextWidth.left(field.getName(), 16)
        + TextWidth.left(TextWidth.oneLine(value), 38)
        + Style.DIM.out(String.format(Locale.ROOT, "%.2f", field.getScore()));
  }

  void deadLetters(List<Keyed<DeadLetter>> deadLetters) {
    heading("Dead letters: %s".formatted(deadLetters.size()));
    deadLetters.stream().sorted(Comparator.comparing(Keyed::key)).forEach(this::deadLetter);
  }

  private void deadLetter(Keyed<DeadLetter> letter) {
    String message = TextWidth.oneLine(letter.value().getMessage());
    String head =
        TextWidth.left(letter.value().getStage(), 13)
            + TextWidth.left(letter.value().getCode(), 20);
    out.println(
        "  "
            + Style.CYAN.out(letter.key())
            + "  "
            + head
            + Style.DIM.out(
                TextWidth.fit(message, Style.columns() - MARGIN.length() - head.length())));
  }

  void agreement(Agreement agreement) {
    heading("Agreement with the answers written beside the messages");
    out.printf(
        Locale.ROOT,
        "  intent    %s of %s labels are the same (%.1f %%)%n",
        agreement.labelsRight(),
        agreement.labels(),
        100 * agreement.accuracy());
    out.printf(
        Locale.ROOT,
        "  no intent %s of %s got no label%n",
        agreement.abstained(),
        agreement.none());
    out.printf(
        Locale.ROOT,
        "  fields    %s found, %s of %s the same to the character (precision %.2f, recall %.2f, F1"
            + " %.2f)%n",
        agreement.fieldsFound(),
        agreement.fieldsRight(),
        agreement.fields(),
        agreement.precision(),
        agreement.recall(),
        agreement.f1());
  }

  /** Records as they came, with their answers in them. */
  void merged(Map<String, String> records) {
    heading(
        "The first messages again, merged with their answers, reservations to a topic of their own");
    int width = Style.columns() - MARGIN.length() - 6;
    records.forEach(
        (topic, record) -> {
          String margin = TextWidth.left("  " + topic, MARGIN.length() + 6);
          for (int from = 0; from < record.length(); from += width) {
            out.println(margin + record.substring(from, Math.min(record.length(), from + width)));
            margin = " ".repeat(margin.length());
          }
        });
  }

  void verdict(Verification verdict, int sent, Results results) {
    heading("Verified");
    if (verdict.holds()) {
      String good = Style.GREEN.out("✓") + " ";
      out.printf(
          Locale.ROOT,
          "  %s%,d ids sent = %,d enriched + %,d dead letters: none twice, none in both, none"
              + " missing%n",
          good,
          sent,
          results.enriched().size(),
          results.deadLetters().size());
      out.printf(
          Locale.ROOT,
          "  %sthe dead letters are exactly the malformed messages, each with the expected code%n",
          good);
    } else {
      verdict
          .violations()
          .forEach(violation -> out.println("  " + Style.RED.out("✗") + " " + violation));
    }
    out.flush();
  }
}
