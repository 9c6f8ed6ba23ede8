package io.flanstream.model.flink.table;

import io.flanstream.model.flink.ModelClient;
import io.flanstream.model.task.OverlongPolicy;
import io.flanstream.model.task.TaskInput;
import io.flanstream.model.task.TaskResults;
import io.flanstream.model.task.TaskSet;
import java.io.Serializable;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** Answers of a task: the same that the job's results have. */
final class TaskAnswers implements RowAnswers {
  private static final long serialVersionUID = 1L;

  private final TaskSet tasks;
  private final OverlongPolicy overlong;
  private final Value[] columns;

  TaskAnswers(TaskSet tasks, OverlongPolicy overlong, List<Value> columns) {
    this.tasks = tasks;
    this.overlong = overlong;
    this.columns = columns.toArray(Value[]::new);
  }

  @Override
  public Asking open(ModelClient client) {
    Function<TaskInput, CompletableFuture<TaskResults>> answers = client.answers(tasks, overlong);
    return text ->
        client
            .ask(RowAnswers.record(tasks.version(), text), () -> answers.apply(TaskInput.of(text)))
            .thenApply(this::row);
  }

  private Object[] row(TaskResults results) {
    Object[] row = new Object[columns.length];
    for (int i = 0; i < columns.length; i++) {
      row[i] = columns[i].of(results);
    }
    return row;
  }

  /** A column's value in Flink's internal form. */
  interface Value extends Serializable {
    Object of(TaskResults results);
  }
}
