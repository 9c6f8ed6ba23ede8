package io.flanstream.model.task;

import java.util.Optional;

/**
 * Numbers and truth values as the pipeline file and SQL write them. ASCII digits alone, in decimal,
 * without leading zeros or underscores, under every locale; what is written otherwise is a text.
 */
public final class Literals {
  /** Regular expression of a whole number. */
  public static final String WHOLE_NUMBER = "[-+]?(0|[1-9][0-9]*)";

  /** Regular expression of a number. */
  public static final String NUMBER =
      "[-+]?((0|[1-9][0-9]*)(\\.[0-9]*)?|\\.[0-9]+)([eE][-+]?[0-9]+)?";

  /** Regular expression of a truth value. */
  public static final String TRUE_OR_FALSE = "[tT][rR][uU][eE]|[fF][aA][lL][sS][eE]";

  private Literals() {}

  /** The number that a text writes; empty where it is none, or exceeds an int. */
  public static Optional<Integer> wholeNumber(String text) {
    try {
      return text.matches(WHOLE_NUMBER) ? Optional.of(Integer.valueOf(text)) : Optional.empty();
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** The number that a text writes; empty where it is none, or exceeds a double. */
  public static Optional<Double> number(String text) {
    return Optional.of(text)
        .filter(written -> written.matches(NUMBER))
        .map(Double::valueOf)
        .filter(Double::isFinite);
  }

  /** The truth value that a text writes, in any case; empty where it is none. */
  public static Optional<Boolean> trueOrFalse(String text) {
    return text.matches(TRUE_OR_FALSE) ? Optional.of(Boolean.valueOf(text)) : Optional.empty();
  }
}
