package io.flanstream.model.pickle;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a pickle is made into: data without behaviour. Text is a {@link String}, a whole number a
 * {@link Long} or {@link java.math.BigInteger}, other numbers are {@link Double} and {@link
 * Boolean}.
 */
final class PickleData {
  private static final int LONGEST_QUOTE = 120;

  private PickleData() {}

  /** Python's None. */
  enum Nothing {
    NONE
  }

  /** A tuple. Identity decides equality: a cycle would never end otherwise. */
  static final class Tuple {
    private final List<Object> items;

    Tuple(List<Object> items) {
      this.items = items;
    }

    List<Object> items() {
      return items;
    }
  }

  /** A list. */
  static final class Sequence {
    private final List<Object> items = new ArrayList<>();

    List<Object> items() {
      return items;
    }
  }

  /** A dict, or an OrderedDict; the keys are text. */
  static final class Dict {
    private final Map<String, Object> entries = new LinkedHashMap<>();
    private final boolean ordered;

    Dict(boolean ordered) {
      this.ordered = ordered;
    }

    Map<String, Object> entries() {
      return entries;
    }

    /** Whether it is a collections.OrderedDict. */
    boolean isOrdered() {
      return ordered;
    }
  }

  /** A value in a message: never more than its kind where it has parts. */
  static String describe(Object value) {
    if (value instanceof String text) {
      return "text " + quote(text);
    }
    if (value instanceof Tuple tuple) {
      return "a tuple of " + tuple.items().size();
    }
    if (value instanceof Sequence list) {
      return "a list of " + list.items().size();
    }
    if (value instanceof Dict dict) {
      return "a dict of " + dict.entries().size();
    }
    return value == Nothing.NONE ? "None" : quote(String.valueOf(value));
  }

  /** Text of a file that nobody trusts, fit for a terminal. */
  static String quote(String text) {
    StringBuilder shown = new StringBuilder();
    text.codePoints()
        .limit(LONGEST_QUOTE)
        .forEach(
            point -> {
              int kind = Character.getType(point);
              boolean hidden =
                  Character.isISOControl(point)
                      || kind == Character.FORMAT
                      || kind == Character.SURROGATE
                      || kind == Character.LINE_SEPARATOR
                      || kind == Character.PARAGRAPH_SEPARATOR;
              shown.appendCodePoint(hidden ? '?' : point);
            });
    return text.length() > LONGEST_QUOTE ? shown + "…" : shown.toString();
  }
}
