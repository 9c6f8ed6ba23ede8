package io.flanstream.model.task;

import io.flanstream.schemas.Classification;
import io.flanstream.schemas.Extraction;
import io.flanstream.schemas.Generation;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Answers that a task waits for.
 *
 * @param tasks all tasks
 * @param answers answers by task; those that were skipped have none
 */
record PriorAnswers(TaskSet tasks, Map<String, TaskAnswer> answers) {
  private static final String BETWEEN = ", ";

  /** Whether a task is asked about a record. */
  boolean allow(TaskDefinition task, TaskInput input) {
    return task.when().stream().allMatch(condition -> holds(condition, input));
  }

  private boolean holds(Condition condition, TaskInput input) {
    if (condition instanceof Condition.LabelIs label) {
      return answer(label.task()).filter(answer -> accepted(answer, label.labels())).isPresent();
    }
    if (condition instanceof Condition.AttributeIs attribute) {
      String value = input.attributes().get(attribute.attribute());
      return value != null && (attribute.values().isEmpty() || attribute.values().contains(value));
    }
    return ((Condition.TopicIs) condition).topics().contains(input.topic());
  }

  private static boolean accepted(TaskAnswer answer, List<String> labels) {
    return answer.classifications().stream()
        .anyMatch(
            row -> !row.getAbstained() && (labels.isEmpty() || labels.contains(row.getLabel())));
  }

  /**
   * What a place of a template is filled with.
   *
   * @param reference a task, or a field of one
   * @return labels as the model reads them, values as they stand in the text, or the answer that
   *     was written; several with commas between them; blank where there is none
   */
  String text(TaskReference reference) {
    return answer(reference.task())
        .map(answer -> texts(reference, answer).collect(Collectors.joining(BETWEEN)))
        .orElse("");
  }

  private Stream<String> texts(TaskReference reference, TaskAnswer answer) {
    Stream<String> labels =
        answer.classifications().stream()
            .filter(row -> !row.getAbstained())
            .map(row -> labelText(reference.task(), row));
    Stream<String> values =
        answer.extractions().stream().flatMap(extraction -> values(extraction, reference.field()));
    Stream<String> written =
        answer.generations().stream().map(Generation::getAnswer).flatMap(Stream::ofNullable);
    return Stream.of(labels, values, written).flatMap(texts -> texts);
  }

  private static Stream<String> values(Extraction extraction, String field) {
    return extraction.getFields().stream()
        .filter(found -> field == null || found.getName().equals(field))
        .map(
            found ->
                field == null
                    ? "%s: %s".formatted(TextForm.of(found.getName()), found.getValue())
                    : found.getValue());
  }

  private String labelText(String name, Classification row) {
    return tasks.tasks().stream()
        .filter(task -> task.name().equals(name))
        .flatMap(task -> ((ClassificationTask) task).labels().stream())
        .filter(label -> label.name().equals(row.getLabel()))
        .map(Label::text)
        .findFirst()
        .orElseThrow();
  }

  private Optional<TaskAnswer> answer(String task) {
    return Optional.ofNullable(answers.get(task));
  }
}
