package io.flanstream.model.task;

import io.flanstream.model.TextModel;
import io.flanstream.model.future.Futures;
import io.flanstream.schemas.ExtractedField;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/** The masking tasks of a set. Thread-safe. */
final class Masking {
  private final TaskSet tasks;
  private final List<MaskingTask> masking;
  private final List<FieldQuestions> questions;

  /**
   * Prepares the prompts.
   *
   * @param model the model that finds values
   * @param tasks all tasks
   */
  Masking(TextModel model, TaskSet tasks) {
    this.tasks = tasks;
    this.masking = of(tasks);
    this.questions =
        masking.stream().map(task -> new FieldQuestions(model, task.finding())).toList();
  }

  /** The masking tasks of a set. */
  static List<MaskingTask> of(TaskSet tasks) {
    return tasks.tasks().stream()
        .filter(MaskingTask.class::isInstance)
        .map(MaskingTask.class::cast)
        .toList();
  }

  /** Finds what is to be masked; fails where one task does: half a mask is none. */
  CompletableFuture<Masks> run(TaskRequest request) {
    List<CompletableFuture<TaskAnswer>> answers =
        questions.stream()
            .map(question -> question.run(request, new PriorAnswers(tasks, Map.of())))
            .toList();
    String text = request.input().text();
    return Futures.all(answers).thenApply(all -> masks(text, all));
  }

  private Masks masks(String text, List<TaskAnswer> answers) {
    List<Masks.Found> found = new ArrayList<>();
    IntStream.range(0, masking.size())
        .forEach(
            i -> {
              found.addAll(formed(text, masking.get(i)));
              found.addAll(asked(masking.get(i), answers.get(i)));
            });
    return Masks.of(text, found);
  }

  private static List<Masks.Found> formed(String text, MaskingTask task) {
    List<Masks.Found> found = new ArrayList<>();
    for (CheckedForm form : task.forms()) {
      for (int[] span : form.find(text)) {
        found.add(
            new Masks.Found(
                task.name(),
                ConstantNames.of(form),
                text.codePointCount(0, span[0]),
                text.codePointCount(0, span[1]),
                1));
      }
    }
    return found;
  }

  private static List<Masks.Found> asked(MaskingTask task, TaskAnswer answer) {
    List<ExtractedField> fields = answer.extractions().get(0).getFields();
    Map<String, Integer> counts = new HashMap<>();
    fields.forEach(field -> counts.merge(field.getName(), 1, Integer::sum));
    counts.forEach(
        (field, count) -> {
          if (count >= FieldQuestions.MOST_VALUES) {
            throw new TaskFailure(
                TaskFailure.Stage.DECODE,
                "TOO_MANY_VALUES",
                "Cannot mask %s of task %s: the text must have fewer than %s, got %s or more"
                    .formatted(field, task.name(), FieldQuestions.MOST_VALUES, count),
                null);
          }
        });
    return fields.stream()
        .map(
            field ->
                new Masks.Found(
                    task.name(),
                    field.getName(),
                    field.getStart(),
                    field.getEnd(),
                    field.getScore()))
        .toList();
  }
}
