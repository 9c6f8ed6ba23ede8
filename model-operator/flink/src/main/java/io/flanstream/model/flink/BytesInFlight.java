package io.flanstream.model.flink;

/**
 * Bounds the bytes of a subtask's events that are in the model. An event that is larger than the
 * bound goes in alone. Thread-safe; nobody waits in it.
 */
final class BytesInFlight {
  private final long most;
  private long taken;

  BytesInFlight(long most) {
    this.most = most;
  }

  /** Whether there is capacity for an event. */
  synchronized boolean fits(long bytes) {
    return taken == 0 || taken + bytes <= most;
  }

  /** An event goes in. */
  synchronized void take(long bytes) {
    taken += bytes;
  }

  /** An event was answered. */
  synchronized void giveBack(long bytes) {
    taken -= bytes;
  }

  /** How many there are. */
  synchronized long taken() {
    return taken;
  }
}
