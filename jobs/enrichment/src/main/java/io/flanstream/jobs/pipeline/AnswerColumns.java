package io.flanstream.jobs.pipeline;

import io.flanstream.model.task.ClassificationTask;
import io.flanstream.model.task.ExtractionTask;
import io.flanstream.model.task.Field;
import io.flanstream.model.task.GenerationTask;
import io.flanstream.model.task.TaskDefinition;
import io.flanstream.operators.answers.AnswerColumn;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A column for every answer to a list of tasks: label and score of a classification, the value of a
 * field in the field's type, the answer of a generation.
 */
public final class AnswerColumns {
  /** Columns of an event that no answer's may be named as. */
  public static final Set<String> KEYS = Set.of("id", "event_time", "record_time");

  private final Set<String> taken;
  private final List<AnswerColumn> columns = new ArrayList<>();

  private AnswerColumns(Set<String> keys) {
    taken = new HashSet<>(keys);
  }

  /** The columns of tasks, in their order. */
  public static List<AnswerColumn> of(List<TaskDefinition> tasks) {
    return of(tasks, KEYS);
  }

  /**
   * The columns of tasks, in their order.
   *
   * @param tasks the tasks
   * @param keys names that are taken
   */
  public static List<AnswerColumn> of(List<TaskDefinition> tasks, Set<String> keys) {
    AnswerColumns answers = new AnswerColumns(keys);
    for (TaskDefinition task : tasks) {
      if (task instanceof ClassificationTask) {
        answers.put(task.name(), task, null, AnswerColumn.Content.LABEL, AnswerColumn.Type.STRING);
        answers.put(
            task.name() + "_score",
            task,
            null,
            AnswerColumn.Content.SCORE,
            AnswerColumn.Type.DOUBLE);
      } else if (task instanceof ExtractionTask extraction) {
        extraction.fields().forEach(field -> answers.put(task, field));
      } else if (task instanceof GenerationTask) {
        answers.put(task.name(), task, null, AnswerColumn.Content.ANSWER, AnswerColumn.Type.STRING);
      }
    }
    return List.copyOf(answers.columns);
  }

  private void put(TaskDefinition task, Field field) {
    boolean isText = field.type() == Field.Type.TEXT;
    put(
        field.name(),
        task,
        field.name(),
        isText ? AnswerColumn.Content.VALUE : AnswerColumn.Content.TYPED_VALUE,
        type(field.type()));
  }

  private static AnswerColumn.Type type(Field.Type type) {
    return switch (type) {
      case TEXT, ENUM -> AnswerColumn.Type.STRING;
      case INTEGER -> AnswerColumn.Type.BIGINT;
      case DECIMAL -> AnswerColumn.Type.DECIMAL;
      case DATE -> AnswerColumn.Type.DATE;
    };
  }

  /** Where another answer has the name already, the task's is put before it, and then a number. */
  private void put(
      String name,
      TaskDefinition task,
      String field,
      AnswerColumn.Content content,
      AnswerColumn.Type type) {
    String free = taken.contains(name) ? task.name() + "_" + name : name;
    for (int number = 2; !taken.add(free); number++) {
      free = "%s_%s_%s".formatted(task.name(), name, number);
    }
    columns.add(new AnswerColumn(free, task.name(), field, content, type));
  }
}
