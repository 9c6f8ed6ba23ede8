package io.flanstream.model.device;

/** A device that could not compute. */
public final class DeviceException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What happened. */
  public enum Kind {
    /** The call failed; the next one may succeed. */
    FAILED,
    /** The call needed more memory than there is; a smaller one may succeed. */
    OUT_OF_MEMORY,
    /** The device is given up: nothing will succeed on it until the model is opened again. */
    LOST,
    /** Nothing will succeed on this device in this process again: a sticky CUDA error. */
    FATAL
  }

  private final Kind kind;

  /**
   * Creates an exception.
   *
   * @param kind what happened
   * @param message what the device was doing and what it said
   * @param cause what the engine threw
   */
  public DeviceException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  /** What happened. */
  public Kind kind() {
    return kind;
  }

  /** Whether nothing will succeed on this device until the model is opened again, or ever. */
  public boolean fatal() {
    return kind == Kind.LOST || kind == Kind.FATAL;
  }
}
