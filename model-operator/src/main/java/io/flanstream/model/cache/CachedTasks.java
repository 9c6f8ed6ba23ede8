package io.flanstream.model.cache;

import io.flanstream.model.TextModel;
import io.flanstream.model.task.OverlongPolicy;
import io.flanstream.model.task.TaskResults;
import io.flanstream.model.task.TaskRunner;
import io.flanstream.model.task.TaskSet;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

/**
 * Runs tasks over texts that a cache has no results of. Only whole results are kept: where a task
 * failed it may succeed the next time. Thread-safe; owns neither model nor cache.
 */
public final class CachedTasks {
  private static final String OK = "OK";

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

  /**
   * Runs all tasks over a text, as {@link TaskRunner#run} does, unless its results are known. Reads
   * the cache's file where memory has them not.
   *
   * @param text any text
   * @return the answers
   */
  public CompletableFuture<TaskResults> run(String text) {
    ByteBuffer key = keys.of(text);
    byte[] known = cache.get(key);
    if (known != null) {
      onHit.run();
      return CompletableFuture.completedFuture(ResultCodec.decode(known));
    }
    CompletableFuture<TaskResults> running = runner.run(text);
    var unusedEnd = running.thenAccept(results -> keep(key, results));
    return running;
  }

  private void keep(ByteBuffer key, TaskResults results) {
    if (results.status().stream().allMatch(status -> status.getState().equals(OK))) {
      cache.put(key, ResultCodec.encode(results));
    }
  }
}
