package io.flanstream.model.djl;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Loads weights in a thread that ends.
 *
 * <p>Each thread that computes gets a pool of libgomp's, of as many threads as one call has. Where
 * pools together have more threads than there are processors, libgomp lets none of them spin
 * between two loops, and a decoder step, which is hundreds of short ones, takes up to twice as long
 * (libgomp, {@code gomp_managed_threads} in {@code team.c} and {@code wait.h}). A pool goes with
 * its thread, so that the scheduler's is the only one.
 */
final class LoadingThread {
  /** As long as the kernel's names are at the most. */
  static final String NAME = "flanstream-load";

  private LoadingThread() {}

  /**
   * Runs what loads, to its end.
   *
   * @param loading what to do; it is interrupted if the caller is
   */
  static void run(Runnable loading) {
    FutureTask<Void> task = new FutureTask<>(loading, null);
    Thread thread = new Thread(task, NAME);
    thread.setDaemon(true);
    thread.start();
    boolean interrupted = false;
    try {
      while (true) {
        try {
          task.get();
          return;
        } catch (InterruptedException e) {
          interrupted = true;
          thread.interrupt();
        }
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw e.getCause() instanceof RuntimeException failure
          ? failure
          : new IllegalStateException("Cannot load weights", e.getCause());
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
