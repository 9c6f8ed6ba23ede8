package io.flanstream.model.batch;

/**
 * How much may be taken on: less after memory ran out, then slowly more again. Additive increase,
 * multiplicative decrease. Changed by one thread; read by any.
 */
final class Budget {
  private static final int STEPS_TO_RECOVER = 64;

  private final long nominal;
  private volatile long current;

  Budget(long nominal) {
    this.nominal = nominal;
    this.current = nominal;
  }

  long current() {
    return current;
  }

  /** Memory ran out on this much. */
  void shrink(long tried) {
    current = Math.max(1, Math.min(current, tried) / 2);
  }

  /** A batch went well. */
  void recover() {
    current = Math.min(nominal, current + Math.max(1, nominal / STEPS_TO_RECOVER));
  }
}
