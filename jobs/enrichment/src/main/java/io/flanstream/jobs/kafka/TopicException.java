package io.flanstream.jobs.kafka;

/** Kafka could not be asked about a topic; the message says what was asked, and why not. */
public final class TopicException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TopicException(String message) {
    super(message);
  }

  TopicException(String message, Throwable cause) {
    super(message, cause);
  }
}
