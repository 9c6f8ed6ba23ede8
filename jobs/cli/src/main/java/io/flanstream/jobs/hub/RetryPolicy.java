package io.flanstream.jobs.hub;

import java.time.Duration;

/**
 * How often a request is made again, and when.
 *
 * @param attempts tries in a row that get nothing, after which it is given up
 * @param first wait before the second try; each wait is twice the one before
 * @param longest longest wait, a server's wish included
 */
public record RetryPolicy(int attempts, Duration first, Duration longest) {
  /** For a hub on the internet. */
  public static final RetryPolicy DEFAULT =
      new RetryPolicy(8, Duration.ofSeconds(1), Duration.ofMinutes(5));

  /** The wait after so many failures in a row. */
  Duration delay(int failures) {
    Duration delay = first;
    for (int i = 1; i < failures && delay.compareTo(longest) < 0; i++) {
      delay = delay.multipliedBy(2);
    }
    return delay.compareTo(longest) < 0 ? delay : longest;
  }
}
