package io.flanstream.model.pickle;

/**
 * A file of pickled weights that is not read. The message names the file, the byte and the rule.
 */
public final class PickleException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message file, byte, rule and value
   */
  public PickleException(String message) {
    super(message);
  }

  /**
   * Creates an exception with a cause.
   *
   * @param message file, byte, rule and value
   * @param cause what the disk said
   */
  public PickleException(String message, Throwable cause) {
    super(message, cause);
  }
}
