package io.flanstream.jobs.sql;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A query whose rows are shown as they come, and which can be left at any time.
 *
 * <p>A join that computes does not hear that it is cancelled, so whoever leaves does not wait for
 * it: a thread of the query's own does.
 */
final class RunningQuery implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RunningQuery.class);

  private static final Duration MOMENT = Duration.ofMillis(500);

  private final SqlResult result;
  private final CompletableFuture<Long> shown = new CompletableFuture<>();

  private RunningQuery(SqlResult result) {
    this.result = result;
  }

  static RunningQuery start(SqlResult result, ResultFormat format, PrintWriter out) {
    return start(result, () -> format.write(result, out));
  }

  /** Starts what reads all rows of a result, and says how many there were. */
  static RunningQuery start(SqlResult result, LongSupplier reading) {
    RunningQuery query = new RunningQuery(result);
    Thread thread = new Thread(() -> query.show(reading), "query");
    thread.setDaemon(true);
    thread.start();
    return query;
  }

  private void show(LongSupplier reading) {
    try (result) {
      shown.complete(reading.getAsLong());
    } catch (RuntimeException e) {
      shown.completeExceptionally(e);
    }
  }

  /**
   * Waits until all rows are shown.
   *
   * @param meanwhile what to do now and then until then
   * @throws SqlException if the query fails
   * @throws CancellationException if it was left
   */
  void await(Runnable meanwhile) {
    try {
      while (!isShown()) {
        meanwhile.run();
      }
    } catch (ExecutionException e) {
      throw SqlException.of(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException();
    }
  }

  private boolean isShown() throws ExecutionException, InterruptedException {
    try {
      shown.get(MOMENT.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    }
  }

  /** Leaves the query if it still runs. */
  @Override
  public void close() {
    if (shown.cancel(false)) {
      CompletableFuture<Void> cancelled = result.cancel();
      var unused = cancelled.whenComplete((none, failure) -> LOG.info("Query cancelled", failure));
    }
  }
}
