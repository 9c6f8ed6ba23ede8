package io.flanstream.model.crash;

/** Says that an event is not tried again: the process ended with it, at last with it alone. */
public final class CrashedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int crashes;

  CrashedException(int crashes) {
    super(
        "Cannot enrich event: the process must outlive it, and ended %s times while the model had it, once with it alone"
            .formatted(crashes),
        null,
        false,
        false);
    this.crashes = crashes;
  }

  /** How often a process has ended with it. */
  public int crashes() {
    return crashes;
  }
}
