package io.flanstream.model.decode;

/** Kinds of characters. */
public final class Characters {
  /** Stands for a space in vocabulary pieces. */
  public static final int SPACE_MARK = '\u2581';

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

  private static final int INVISIBLE_TYPES =
      1 << Character.CONTROL
          | 1 << Character.FORMAT
          | 1 << Character.SPACE_SEPARATOR
          | 1 << Character.LINE_SEPARATOR
          | 1 << Character.PARAGRAPH_SEPARATOR;

  /** Unicode's property Prepended_Concatenation_Mark, but for what lies beyond its first plane. */
  private static final String SEEN_FORMATS =
      "\u0600\u0601\u0602\u0603\u0604\u0605\u06DD\u070F\u0890\u0891\u08E2";

  /** Joiner, fillers and blanks that are letters, marks or symbols by their types. */
  private static final String OTHER_INVISIBLE = "\u034F\u115F\u1160\u17B4\u17B5\u2800\u3164\uFFA0";

  private static final int ASCII = 0x80;

  /** Of each ASCII character, which is looked at most, {@code [128]}. */
  private static final boolean[] ASCII_LETTERS = new boolean[ASCII];

  private static final boolean[] ASCII_DIGITS = new boolean[ASCII];

  static {
    for (int c = 0; c < ASCII; c++) {
      ASCII_LETTERS[c] = isOf(c, LETTER_TYPES);
      ASCII_DIGITS[c] = isOf(c, DIGIT_TYPES);
    }
  }

  private Characters() {}

  /**
   * Whether there is nothing to see of a character by itself. Tags, which end the flags of regions,
   * and variation selectors are part of what they follow.
   */
  static boolean isInvisible(int c) {
    boolean tag = c >= 0xE0020 && c <= 0xE007F;
    return !tag
        && SEEN_FORMATS.indexOf(c) < 0
        && (isOf(c, INVISIBLE_TYPES) || isWhiteSpace(c) || OTHER_INVISIBLE.indexOf(c) >= 0);
  }

  /** Unicode's property White_Space. */
  public static boolean isWhiteSpace(int c) {
    if (c < ASCII) {
      return c == ' ' || (c >= '\t' && c <= '\r');
    }
    return Character.isSpaceChar(c) || c == 0x85;
  }

  /** Whether two neighbours lie in one word: both letters (with their marks) or both digits. */
  static boolean inOneWord(int before, int after) {
    if ((before | after) < ASCII) {
      return (ASCII_LETTERS[before] && ASCII_LETTERS[after])
          || (ASCII_DIGITS[before] && ASCII_DIGITS[after]);
    }
    return (isOf(before, LETTER_TYPES) && isOf(after, LETTER_TYPES))
        || (isOf(before, DIGIT_TYPES) && isOf(after, DIGIT_TYPES));
  }

  private static boolean isOf(int c, int types) {
    return (types >>> Character.getType(c) & 1) == 1;
  }
}
