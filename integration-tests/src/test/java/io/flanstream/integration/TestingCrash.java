package io.flanstream.integration;

/** What native code does when it goes wrong. */
final class TestingCrash {
  private TestingCrash() {}

  /** Writes to an address that the process does not have: it ends with a signal. */
  static void now() {
    try {
      Class<?> type = Class.forName("sun.misc.Unsafe");
      var field = type.getDeclaredField("theUnsafe");
      field.setAccessible(true);
      type.getMethod("putAddress", long.class, long.class).invoke(field.get(null), 0L, 0L);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }
}
