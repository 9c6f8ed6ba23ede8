package io.flanstream.model.decode;

/** Kinds of characters. */
final class Characters {
  /** Stands for a space in vocabulary pieces. */
  static final int SPACE_MARK = '\u2581';

  private static final int LETTER_TYPES =
      1 << Character.UPPERCASE_LETTER
          | 1 << Character.LOWERCASE_LETTER
          | 1 << Character.TITLECASE_LETTER
          | 1 << Character.MODIFIER_LETTER
          | 1 << Character.OTHER_LETTER
          | 1 << Character.NON_SPACING_MARK
          | 1 << Character.ENCLOSING_MARK
          | 1 << Character.COMBINING_SPACING_MARK;
  private static final int DIGIT_TYPES =
      1 << Character.DECIMAL_DIGIT_NUMBER
          | 1 << Character.LETTER_NUMBER
          | 1 << Character.OTHER_NUMBER;

  private Characters() {}

  /** Unicode's property White_Space. */
  static boolean isWhiteSpace(int c) {
    return Character.isSpaceChar(c) || (c >= '\t' && c <= '\r') || c == 0x85;
  }

  /** Whether two neighbours lie in one word: both letters (with their marks) or both digits. */
  static boolean inOneWord(int before, int after) {
    return (isOf(before, LETTER_TYPES) && isOf(after, LETTER_TYPES))
        || (isOf(before, DIGIT_TYPES) && isOf(after, DIGIT_TYPES));
  }

  private static boolean isOf(int c, int types) {
    return (types >>> Character.getType(c) & 1) == 1;
  }
}
