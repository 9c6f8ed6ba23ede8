package io.flanstream.model.flink.table;

import io.flanstream.model.flink.ModelClient;
import io.flanstream.model.task.OverlongPolicy;
import io.flanstream.model.task.TaskInput;
import io.flanstream.model.task.TaskResults;
import io.flanstream.model.task.TaskSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.apache.flink.table.data.StringData;

/** Texts with placeholders, by the rules of a masking task. */
final class MaskedTexts implements RowAnswers {
  private static final long serialVersionUID = 1L;

  private final TaskSet tasks;
  private final OverlongPolicy overlong;

  MaskedTexts(TaskSet tasks, OverlongPolicy overlong) {
    this.tasks = tasks;
    this.overlong = overlong;
  }

  @Override
  public Asking open(ModelClient client) {
    Function<TaskInput, CompletableFuture<TaskResults>> answers = client.answers(tasks, overlong);
    return text ->
        client
            .ask(RowAnswers.record(tasks.version(), text), () -> answers.apply(TaskInput.of(text)))
            .thenApply(
                results -> new Object[] {StringData.fromString(results.masks().masked(text))});
  }
}
