package io.flanstream.model.cache;

import io.flanstream.model.TextModel;
import io.flanstream.model.future.Futures;
import io.flanstream.model.task.OverlongPolicy;
import io.flanstream.model.task.TaskInput;
import io.flanstream.model.task.TaskResults;
import io.flanstream.model.task.TaskRunner;
import io.flanstream.model.task.TaskSet;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Runs tasks over texts that a cache has no results of. Only whole results are kept: where a task
 * failed it may succeed the next time. Thread-safe; owns neither model nor cache.
 */
public final class CachedTasks {
  private static final String FAILED = "FAILED";

  private final TaskRunner runner;
  private final ResultCache cache;
  private final ResultKeys keys;
  private final Runnable onHit;

  /**
   * Prepares the tasks.
   *
   * @param model the model that answers
   * @param tasks what is asked
   * @param overlong what happens to a text that does not fit
   * @param cache where results are kept
   * @param program version of the program: results of another are not used
   * @param onHit told of each text that was answered from the cache
   * @throws IllegalArgumentException if the tasks do not suit the model's tokenizer
   */
  public CachedTasks(
      TextModel model,
      TaskSet tasks,
      OverlongPolicy overlong,
      ResultCache cache,
      String program,
      Runnable onHit) {
    this.runner = new TaskRunner(model, tasks, overlong);
    this.cache = cache;
    this.keys = new ResultKeys(model, tasks, overlong, program);
    this.onHit = onHit;
  }

  /** Runs all tasks over a text by itself, as {@link #run(TaskInput)} does. */
  public CompletableFuture<TaskResults> run(String text) {
    return run(TaskInput.of(text));
  }

  /**
   * Runs all tasks over a text, as {@link TaskRunner#run(TaskInput)} does, unless its results are
   * known. Where memory has them not, the cache's file is read on a thread of its own.
   *
   * @param input what is asked about
   * @return the answers
   */
  public CompletableFuture<TaskResults> run(TaskInput input) {
    ByteBuffer key = keys.of(input);
    CompletableFuture<byte[]> known = cache.get(key);
    if (known.isDone()) {
      return answer(input, key, known.join());
    }
    CompletableFuture<TaskResults> answer = new CompletableFuture<>();
    var unusedEnd = known.thenAccept(found -> relay(answer, () -> answer(input, key, found)));
    return answer;
  }

  private CompletableFuture<TaskResults> answer(TaskInput input, ByteBuffer key, byte[] known) {
    if (known != null) {
      onHit.run();
      return CompletableFuture.completedFuture(ResultCodec.decode(known));
    }
    CompletableFuture<TaskResults> running = runner.run(input);
    var unusedEnd = running.thenAccept(results -> keep(key, results));
    return running;
  }

  /** Gives an answer that is asked for now; it is cancelled where nobody waits for it any more. */
  private static void relay(
      CompletableFuture<TaskResults> answer, Supplier<CompletableFuture<TaskResults>> asking) {
    if (answer.isDone()) {
      return;
    }
    try {
      Futures.relay(asking.get(), answer);
    } catch (RuntimeException e) {
      answer.completeExceptionally(e);
    }
  }

  private void keep(ByteBuffer key, TaskResults results) {
    if (results.status().stream().allMatch(status -> !status.getState().equals(FAILED))) {
      cache.put(key, ResultCodec.encode(results));
    }
  }
}
