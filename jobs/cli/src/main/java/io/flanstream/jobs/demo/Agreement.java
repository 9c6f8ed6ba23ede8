package io.flanstream.jobs.demo;

import io.flanstream.jobs.demo.Expected.FieldSpan;
import io.flanstream.jobs.demo.Results.Keyed;
import io.flanstream.schemas.Classification;
import io.flanstream.schemas.EnrichedEvent;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How often the model agrees with the person who wrote the answers.
 *
 * @param labels messages that have an intent
 * @param labelsRight of them, those with that label
 * @param none messages that have no intent
 * @param abstained of them, those without a label
 * @param fields fields that the messages have
 * @param fieldsFound fields that the model found
 * @param fieldsRight of them, those that the messages have, to the character
 */
record Agreement(
    int labels,
    int labelsRight,
    int none,
    int abstained,
    int fields,
    int fieldsFound,
    int fieldsRight) {

  static Agreement of(Map<String, Expected> expected, List<Keyed<EnrichedEvent>> enriched) {
    Agreement total = new Agreement(0, 0, 0, 0, 0, 0, 0);
    for (Keyed<EnrichedEvent> event : enriched) {
      Expected answer = expected.get(event.key());
      if (answer != null && answer.deadLetter() == null) {
        total = total.plus(one(answer, event.value()));
      }
    }
    return total;
  }

  private static Agreement one(Expected answer, EnrichedEvent event) {
    List<Classification> labels =
        event.getClassifications().stream().filter(label -> !label.getAbstained()).toList();
    boolean right = labels.stream().anyMatch(label -> label.getLabel().equals(answer.intent()));
    boolean none = answer.intent() == null;
    Set<FieldSpan> found =
        event.getExtractions().stream()
            .flatMap(extraction -> extraction.getFields().stream())
            .map(field -> new FieldSpan(field.getName(), field.getStart(), field.getEnd()))
            .collect(Collectors.toSet());
    Set<FieldSpan> common = new HashSet<>(found);
    common.retainAll(answer.fields());
    return new Agreement(
        none ? 0 : 1,
        right ? 1 : 0,
        none ? 1 : 0,
        none && labels.isEmpty() ? 1 : 0,
        answer.fields().size(),
        found.size(),
        common.size());
  }

  private Agreement plus(Agreement other) {
    return new Agreement(
        labels + other.labels,
        labelsRight + other.labelsRight,
        none + other.none,
        abstained + other.abstained,
        fields + other.fields,
        fieldsFound + other.fieldsFound,
        fieldsRight + other.fieldsRight);
  }

  double accuracy() {
    return ratio(labelsRight, labels);
  }

  double precision() {
    return ratio(fieldsRight, fieldsFound);
  }

  double recall() {
    return ratio(fieldsRight, fields);
  }

  double f1() {
    return ratio(2 * fieldsRight, fields + fieldsFound);
  }

  private static double ratio(int part, int whole) {
    return whole == 0 ? 0 : (double) part / whole;
  }
}
