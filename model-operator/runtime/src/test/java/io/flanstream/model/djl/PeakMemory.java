package io.flanstream.model.djl;

import java.io.IOException;
import java.io.UncheckedIOException;

/** Looks all the time at the memory of this process that no file backs. */
final class PeakMemory implements AutoCloseable {
  private final Thread thread = new Thread(this::look, "peak-memory");
  private volatile boolean closed;
  private volatile long seen;

  private PeakMemory() {}

  static PeakMemory watch() {
    PeakMemory peak = new PeakMemory();
    peak.thread.setDaemon(true);
    peak.thread.start();
    return peak;
  }

  /** The most that was seen, in bytes, the Java heap among them. */
  long seen() {
    return seen;
  }

  private void look() {
    try {
      while (!closed) {
        seen = Math.max(seen, OwnMemory.withHeap());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    closed = true;
  }
}
