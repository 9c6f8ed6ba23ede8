package io.flanstream.jobs.cli;

import io.flanstream.jobs.client.RootCause;
import io.flanstream.jobs.terminal.StandardStreams;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jline.utils.Signals;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a job when the process is told to end: with a savepoint at the first signal, at once at the
 * second.
 */
final class StopWithSavepoint {
  private static final Logger LOG = LoggerFactory.getLogger(StopWithSavepoint.class);
  private static final List<String> SIGNALS = List.of("INT", "TERM", "HUP");
  private static final int INTERRUPTED = 130;

  private final String command;
  private final Runnable first;
  private final Callable<String> job;
  private final Runnable cancel;
  private final Duration patience;
  private final CompletableFuture<Boolean> done = new CompletableFuture<>();
  private boolean asked;

  /**
   * Stops a job.
   *
   * @param command what goes on from there, for people
   * @param first is run before anything is said
   * @param job stops it with a savepoint, as soon as it runs, and says where that is
   * @param cancel ends it without
   * @param patience how long stopping may take; then the job is cancelled
   */
  StopWithSavepoint(
      String command, Runnable first, Callable<String> job, Runnable cancel, Duration patience) {
    this.command = command;
    this.first = first;
    this.job = job;
    this.cancel = cancel;
    this.patience = patience;
  }

  /** Has signals stop the job from now on. */
  void onSignals() {
    for (String signal : SIGNALS) {
      Signals.register(signal, this::signalled);
    }
  }

  /** Whether the process was told to end. */
  synchronized boolean isAsked() {
    return asked;
  }

  /** Waits for the end; whether there is a savepoint. */
  boolean await() throws InterruptedException {
    try {
      return done.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  private void signalled() {
    synchronized (this) {
      if (asked) {
        Runtime.getRuntime().halt(INTERRUPTED);
      }
      asked = true;
    }
    Thread stopping = new Thread(this::stop, "stop-with-savepoint");
    stopping.setDaemon(true);
    stopping.start();
  }

  private void stop() {
    first.run();
    PrintWriter out = StandardStreams.writer();
    out.println("Stopping with a savepoint");
    out.flush();
    Instant begun = Instant.now();
    boolean stopped = false;
    try {
      String savepoint =
          CompletableFuture.supplyAsync(this::stopped)
              .get(patience.toMillis(), TimeUnit.MILLISECONDS);
      stopped = true;
      out.println(
          String.format(
              Locale.ROOT,
              "Stopped in %.1f s; %s goes on from %s",
              Duration.between(begun, Instant.now()).toMillis() / 1e3,
              command,
              savepoint));
    } catch (ExecutionException e) {
      LOG.warn("Cannot stop with a savepoint", e);
      out.println(
          "Ended without a savepoint: %s. %s goes on from the last checkpoint"
              .formatted(FailureHandler.message(RootCause.of(e)), command));
    } catch (TimeoutException e) {
      out.println(
          String.format(
              Locale.ROOT,
              "Ended without a savepoint, which must take at most %d s. %s goes on from the"
                  + " last checkpoint",
              patience.toSeconds(),
              command));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      out.flush();
      done.complete(stopped);
    }
    if (!stopped) {
      cancel.run();
    }
  }

  private String stopped() {
    try {
      return job.call();
    } catch (Exception e) {
      throw new CompletionException(e);
    }
  }
}
