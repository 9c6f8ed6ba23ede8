package io.flanstream.operators.registry;

/**
 * The schema registry is away, or refuses: nothing is wrong with a record. No dead letter comes of
 * it; the task fails.
 */
public class RegistryException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Says what was asked and what came of it.
   *
   * @param message for people, without a secret
   */
  public RegistryException(String message) {
    super(message);
  }

  /**
   * The same, with what has led to it.
   *
   * @param message for people, without a secret
   * @param cause what has led to it
   */
  public RegistryException(String message, Throwable cause) {
    super(message, cause);
  }
}
