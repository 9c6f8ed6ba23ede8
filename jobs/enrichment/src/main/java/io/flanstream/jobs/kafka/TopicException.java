package io.flanstream.jobs.kafka;

/** Kafka could not be asked, or does not have what is needed; the message says what and why. */
public final class TopicException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TopicException(String message) {
    super(message);
  }

  TopicException(String message, Throwable cause) {
    super(message, cause);
  }
}
