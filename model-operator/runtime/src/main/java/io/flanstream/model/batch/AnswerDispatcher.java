package io.flanstream.model.batch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Gives answers on a thread of its own, so that what callers do with them does not hold up the
 * device. Answers are collected and handed over together. All but {@link #awaitAll} belong to the
 * scheduler's thread.
 */
final class AnswerDispatcher {
  private final ExecutorService executor;
  private volatile Thread thread;
  private List<Runnable> collected = new ArrayList<>();

  AnswerDispatcher(String name) {
    this.executor =
        Executors.newSingleThreadExecutor(
            work -> {
              thread = new Thread(work, name);
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Collects the answer to a request, which fails if the answer cannot be made. */
  void add(InFlightRequest<?> one, Runnable answer) {
    collected.add(
        () -> {
          try {
            answer.run();
          } catch (RuntimeException e) {
            one.fail(e);
          }
        });
  }

  /** Collects a failure. */
  void fail(InFlightRequest<?> one, Throwable cause) {
    collected.add(() -> one.fail(cause));
  }

  /** Collects what is to be done once all before it are given. */
  void last(Runnable work) {
    collected.add(work);
  }

  /** Hands over those collected. */
  void flush() {
    if (!collected.isEmpty()) {
      List<Runnable> all = collected;
      collected = new ArrayList<>(all.size());
      executor.execute(() -> all.forEach(Runnable::run));
    }
  }

  /** Takes no more; what was handed over is still given. */
  void close() {
    executor.shutdown();
  }

  /** Waits until all is given, unless an answer's receiver asks for it. */
  void awaitAll(Duration atMost) throws InterruptedException {
    if (Thread.currentThread() != thread) {
      var unused = executor.awaitTermination(atMost.toNanos(), TimeUnit.NANOSECONDS);
    }
  }
}
