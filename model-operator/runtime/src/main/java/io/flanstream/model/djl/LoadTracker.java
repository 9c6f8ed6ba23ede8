package io.flanstream.model.djl;

import io.flanstream.model.checkpoint.LoadListener;
import io.flanstream.model.checkpoint.LoadProgress;
import java.time.Duration;

/**
 * How far loading is: what is both read from the disk and brought to its dtype, layout and device.
 * Thread-safe.
 */
final class LoadTracker {
  private final long total;
  private final LoadListener listener;
  private final long begun = System.nanoTime();
  private long read;
  private double placed;
  private long said = -1;

  /**
   * Begins at nothing.
   *
   * @param total bytes of all files
   * @param listener is told
   */
  LoadTracker(long total, LoadListener listener) {
    this.total = total;
    this.listener = listener;
  }

  /** So many bytes more were read. */
  synchronized void read(long bytes) {
    read += bytes;
    say();
  }

  /** Everything is read as far as it will be ahead of use. */
  synchronized void readAll() {
    read = total;
    say();
  }

  /** This share of the weights, 0 to 1, is where it is to be. */
  synchronized void placed(double share) {
    placed = share;
    say();
  }

  private void say() {
    long done = Math.min(read, Math.round(placed * total));
    if (done > said) {
      said = done;
      Duration elapsed = Duration.ofNanos(System.nanoTime() - begun);
      listener.loaded(new LoadProgress(LoadProgress.Stage.LOADING, done, total, elapsed));
    }
  }
}
