package io.flanstream.jobs.hub;

import java.time.Duration;

/**
 * How a model is pulled.
 *
 * @param parallel files at a time
 * @param patience how long a server may be silent
 * @param retries what is tried again
 */
public record PullSettings(int parallel, Duration patience, RetryPolicy retries) {
  /**
   * For a hub on the internet.
   *
   * @param parallel files at a time
   */
  public static PullSettings parallel(int parallel) {
    return new PullSettings(parallel, Duration.ofSeconds(60), RetryPolicy.DEFAULT);
  }
}
