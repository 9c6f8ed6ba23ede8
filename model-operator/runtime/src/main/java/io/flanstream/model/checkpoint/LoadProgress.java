package io.flanstream.model.checkpoint;

import java.time.Duration;
import java.util.Optional;

/**
 * How far the loading of weights is.
 *
 * @param stage what is done with them
 * @param bytes bytes of the weights that are done
 * @param total bytes of the weights
 * @param elapsed time since the stage began
 */
public record LoadProgress(Stage stage, long bytes, long total, Duration elapsed) {

  /** What is done with weights, one after the other. */
  public enum Stage {
    /** Their hash is computed; left out where it is known. */
    HASHING,
    /** They are read, and brought to their dtype, layout and device. */
    LOADING
  }

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
