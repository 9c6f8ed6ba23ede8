package io.flanstream.jobs.hub;

import java.time.Duration;

/**
 * How a model is pulled.
 *
 * @param parallel files at a time
 * @param patience how long a server may be silent
 * @param retries what is tried again
 * @param keepOriginals whether pickled weights stay beside what they are converted to
 */
public record PullSettings(
    int parallel, Duration patience, RetryPolicy retries, boolean keepOriginals) {
  /**
   * For a hub on the internet.
   *
   * @param parallel files at a time
   * @param keepOriginals whether pickled weights stay beside what they are converted to
   */
  public static PullSettings of(int parallel, boolean keepOriginals) {
    return new PullSettings(parallel, Duration.ofSeconds(60), RetryPolicy.DEFAULT, keepOriginals);
  }
}
