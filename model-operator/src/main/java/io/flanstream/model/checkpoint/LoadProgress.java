package io.flanstream.model.checkpoint;

import java.time.Duration;
import java.util.Optional;

/**
 * How far the loading of weights is.
 *
 * @param bytes bytes of the checkpoint's files that are done
 * @param total bytes of the checkpoint's files
 * @param elapsed time since loading began
 */
public record LoadProgress(long bytes, long total, Duration elapsed) {

  /** Bytes a second so far. */
  public double bytesPerSecond() {
    return bytes * 1e9 / Math.max(1, elapsed.toNanos());
  }

  /** Time left at the rate so far; empty before anything is done. */
  public Optional<Duration> timeLeft() {
    return bytes == 0
        ? Optional.empty()
        : Optional.of(Duration.ofNanos((long) ((total - bytes) * 1e9 / bytesPerSecond())));
  }
}
