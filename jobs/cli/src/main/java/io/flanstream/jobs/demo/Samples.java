package io.flanstream.jobs.demo;

import io.flanstream.schemas.EnrichedEvent;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** A few events that differ: rich in fields, poor in fields, without a label. */
final class Samples {
  private static final int MOST_FIELDS = 3;
  private static final int LONGEST = 80;

  private Samples() {}

  static List<EnrichedEvent> of(List<EnrichedEvent> events) {
    List<EnrichedEvent> brief =
        events.stream()
            .filter(event -> event.getText() != null && event.getText().length() <= LONGEST)
            .sorted(Comparator.comparing(EnrichedEvent::getId))
            .toList();
    List<EnrichedEvent> samples = new ArrayList<>();
    for (int fields = MOST_FIELDS; fields >= 0; fields--) {
      int count = fields;
      first(brief, samples, event -> fields(event) == count && !abstained(event))
          .ifPresent(samples::add);
    }
    first(brief, samples, event -> event.getText().codePoints().anyMatch(c -> c > 0xFFFF))
        .ifPresent(samples::add);
    first(brief, samples, Samples::abstained).ifPresent(samples::add);
    return samples;
  }

  private static Optional<EnrichedEvent> first(
      List<EnrichedEvent> events, List<EnrichedEvent> shown, Predicate<EnrichedEvent> which) {
    List<String> labels = shown.stream().map(Samples::label).toList();
    return events.stream()
        .filter(which)
        .filter(event -> !labels.contains(label(event)))
        .findFirst();
  }

  private static long fields(EnrichedEvent event) {
    return event.getExtractions().stream()
        .mapToLong(extraction -> extraction.getFields().size())
        .sum();
  }

  private static boolean abstained(EnrichedEvent event) {
    return event.getClassifications().stream().anyMatch(label -> label.getAbstained());
  }

  private static String label(EnrichedEvent event) {
    return event.getClassifications().stream()
        .map(label -> String.valueOf(label.getLabel()))
        .findFirst()
        .orElse("");
  }
}
