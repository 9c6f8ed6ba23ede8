package io.flanstream.jobs.hub;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** A failure that may be gone at the next try. */
final class TransientException extends IOException {
  private static final long serialVersionUID = 1L;

  private final Duration retryAfter;

  TransientException(String message, Optional<Duration> retryAfter) {
    super(message);
    this.retryAfter = retryAfter.orElse(null);
  }

  /** When the server wants to be asked again, if it says. */
  Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }
}
