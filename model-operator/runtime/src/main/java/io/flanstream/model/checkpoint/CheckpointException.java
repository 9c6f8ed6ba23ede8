package io.flanstream.model.checkpoint;

/**
 * A model checkpoint that cannot be used. The message names the file, the value and the rule, and
 * comes before the first record.
 */
public final class CheckpointException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message file, value and rule
   */
  public CheckpointException(String message) {
    super(message);
  }

  /**
   * Creates an exception with a cause.
   *
   * @param message file, value and rule
   * @param cause what the reader said
   */
  public CheckpointException(String message, Throwable cause) {
    super(message, cause);
  }
}
