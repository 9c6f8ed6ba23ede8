package io.flanstream.model.flink;

/** A record that has no answer by its own fault: it becomes a dead letter, and nothing restarts. */
public final class RecordFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Failure failure;

  RecordFailedException(Failure failure, Throwable cause) {
    super(failure.message(), cause, false, false);
    this.failure = failure;
  }

  /** Why there is no answer. */
  public Failure failure() {
    return failure;
  }
}
