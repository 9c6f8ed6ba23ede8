package io.flanstream.model.batch;

/** A request for which the device's numbers are not finite: they are no answer. */
public final class NotFiniteException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private NotFiniteException(String what, float value) {
    super("Cannot answer prompt: %s must be finite, got %s".formatted(what, value));
  }

  /** Checks numbers as they come from the device. */
  static void check(String what, float... values) {
    for (float value : values) {
      if (!Float.isFinite(value)) {
        throw new NotFiniteException(what, value);
      }
    }
  }
}
