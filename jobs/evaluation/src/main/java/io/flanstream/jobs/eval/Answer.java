package io.flanstream.jobs.eval;

import io.flanstream.schemas.Classification;
import io.flanstream.schemas.EnrichedEvent;
import io.flanstream.schemas.ExtractedField;
import io.flanstream.schemas.Generation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What the job made of a text: an enriched event, or a dead letter.
 *
 * @param text the text
 * @param event its enriched event, or null
 * @param failure why there is none, or null
 */
record Answer(LabelledText text, EnrichedEvent event, Failure failure) {

  /**
   * Why there is no answer.
   *
   * @param place where the text is
   * @param id its identifier
   * @param task task that failed; null for all
   * @param code what failed, for machines
   * @param message what failed, for people
   */
  record Failure(String place, String id, String task, String code, String message) {}

  /** Why tasks gave no answer. */
  List<Failure> failures() {
    return failure != null
        ? List.of(failure)
        : event.getStatus().stream()
            .filter(status -> status.getCode() != null)
            .map(
                status ->
                    new Failure(
                        text.place(),
                        text.id(),
                        status.getTask(),
                        status.getCode(),
                        status.getMessage()))
            .toList();
  }

  /** Whether a task gave no answer. */
  boolean hasFailed(String task) {
    return failures().stream()
        .anyMatch(failed -> failed.task() == null || failed.task().equals(task));
  }

  /** Rows of a classification task, the best first; none where it failed. */
  List<Classification> rows(String task) {
    return event == null
        ? List.of()
        : event.getClassifications().stream().filter(row -> row.getTask().equals(task)).toList();
  }

  /** Labels that were accepted, with their scores, the best first. */
  Map<String, Double> labels(String task) {
    Map<String, Double> labels = new LinkedHashMap<>();
    for (Classification row : rows(task)) {
      if (!row.getAbstained()) {
        labels.put(row.getLabel(), row.getScore());
      }
    }
    return labels;
  }

  /** The best label, accepted or not, in a row of its own; empty where the task failed. */
  Optional<Classification> best(String task) {
    return rows(task).stream().findFirst();
  }

  /** What a generation task wrote; empty where it failed or was skipped. */
  Optional<Generation> written(String task) {
    return event == null || event.getGenerations() == null
        ? Optional.empty()
        : event.getGenerations().stream().filter(row -> row.getTask().equals(task)).findFirst();
  }

  /** Values that were found, with their scores. */
  Map<GoldSpan, Double> spans(String task) {
    return event == null
        ? Map.of()
        : event.getExtractions().stream()
            .filter(extraction -> extraction.getTask().equals(task))
            .flatMap(extraction -> extraction.getFields().stream())
            .collect(
                Collectors.toMap(
                    Answer::span, ExtractedField::getScore, Math::max, LinkedHashMap::new));
  }

  private static GoldSpan span(ExtractedField field) {
    return new GoldSpan(field.getName(), field.getStart(), field.getEnd());
  }
}
