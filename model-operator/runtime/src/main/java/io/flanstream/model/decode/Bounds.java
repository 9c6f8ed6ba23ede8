package io.flanstream.model.decode;

/** Checks of what a caller asks for. */
final class Bounds {
  private Bounds() {}

  static void check(boolean holds, String name, String rule, Object value) {
    if (!holds) {
      throw new IllegalArgumentException(
          "Cannot generate: %s must %s, got %s".formatted(name, rule, value));
    }
  }
}
