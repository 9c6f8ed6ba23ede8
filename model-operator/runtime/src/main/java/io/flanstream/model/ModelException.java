package io.flanstream.model;

/** A request that the model could not answer. The message says which value broke which rule. */
public final class ModelException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What went wrong, for machines. */
  public enum Code {
    /** The prompt has more tokens than {@code model.max-input-tokens}. */
    TOO_MANY_TOKENS,
    /** The request itself cannot be tried: no choices, no tokens. */
    INVALID_REQUEST,
    /** The device failed on this request alone. */
    MODEL_FAILURE,
    /** The request does not fit in the device's memory, even alone. */
    OUT_OF_MEMORY,
    /** The model's numbers for this request are not finite. */
    NOT_FINITE,
    /** The device is lost, and every request with it: no request is at fault. */
    DEVICE_LOST,
    /** The model was closed before the answer was there. */
    CLOSED
  }

  private final Code code;

  /**
   * Creates an exception.
   *
   * @param code what went wrong, for machines
   * @param message what went wrong, for people: value, rule, key
   */
  public ModelException(Code code, String message) {
    super(message);
    this.code = code;
  }

  /**
   * Creates an exception with a cause.
   *
   * @param code what went wrong, for machines
   * @param message what went wrong, for people: value, rule, key
   * @param cause what the engine said
   */
  public ModelException(Code code, String message, Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  /** {@return what went wrong, for machines} */
  public Code code() {
    return code;
  }

  /** {@return whether the request itself failed, rather than the model before or beside it} */
  public boolean isOfRequest() {
    return code != Code.CLOSED && code != Code.DEVICE_LOST;
  }
}
