package io.flanstream.operators.registry;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How long to wait for what an instance of a registry does not have yet. Anybody can write ids that
 * no registry will ever have, so the waits of a minute have an end together, too.
 */
final class LagAllowance {
  private static final Duration FOR_ONE = Duration.ofSeconds(10);
  private static final Duration IN_A_MINUTE = Duration.ofSeconds(20);
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final Duration most;
  private final LongSupplier nanoTime;
  private long minuteBegan;
  private Duration spent = Duration.ZERO;

  /**
   * An allowance.
   *
   * @param most what a wait may take at most; none where zero
   * @param nanoTime as of {@link System#nanoTime()}
   */
  LagAllowance(Duration most, LongSupplier nanoTime) {
    this.most = most.compareTo(FOR_ONE) < 0 ? most : FOR_ONE;
    this.nanoTime = nanoTime;
    this.minuteBegan = nanoTime.getAsLong();
  }

  /**
   * Whether to pause and ask again.
   *
   * @param begun when it was asked first
   * @param pause how long the pause would be; it counts as spent where it is allowed
   */
  boolean allows(long begun, Duration pause) {
    long now = nanoTime.getAsLong();
    if (now - minuteBegan > MINUTE.toNanos()) {
      minuteBegan = now;
      spent = Duration.ZERO;
    }
    boolean allowed =
        Duration.ofNanos(now - begun).plus(pause).compareTo(most) < 0
            && spent.plus(pause).compareTo(IN_A_MINUTE) <= 0;
    if (allowed) {
      spent = spent.plus(pause);
    }
    return allowed;
  }
}
