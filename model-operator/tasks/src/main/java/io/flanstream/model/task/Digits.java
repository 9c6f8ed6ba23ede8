package io.flanstream.model.task;

/** Digits of every script as ASCII's. */
final class Digits {
  private static final int DECIMAL = 10;

  private Digits() {}

  /** The text with each decimal digit as one of 0 to 9. */
  static String ascii(String text) {
    StringBuilder plain = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            point -> {
              int digit = Character.isDigit(point) ? Character.digit(point, DECIMAL) : -1;
              if (digit >= 0) {
                plain.append((char) ('0' + digit));
              } else {
                plain.appendCodePoint(point);
              }
            });
    return plain.toString();
  }
}
