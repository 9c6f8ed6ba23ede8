package io.flanstream.model.task;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The values that are masked in a text, with their placeholders: what may stand in other parts of
 * the same record. Has the values themselves, and must not leave the process. One thread at a time.
 */
public final class MaskedValues {
  /** Characters of a value that is masked inside words, too. */
  private static final int LEAST_INSIDE = 4;

  private static final String NO_WORD_BEFORE = "(?<![\\p{L}\\p{N}])";
  private static final String NO_WORD_AFTER = "(?![\\p{L}\\p{N}])";
  private static final String BETWEEN = "[\\s\\p{Z}-]*";
  private static final int FLAGS = Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE;

  private final Map<String, String> placeholders;
  private List<String> values;
  private Pattern any;

  /**
   * Values of a text.
   *
   * @param placeholders placeholders by the values that they stand for
   */
  public MaskedValues(Map<String, String> placeholders) {
    this.placeholders = Map.copyOf(placeholders);
  }

  /** Placeholders by the values that they stand for. */
  public Map<String, String> placeholders() {
    return placeholders;
  }

  /**
   * Another text of the record with placeholders for the values, in any case, whatever blanks and
   * hyphens stand between their characters.
   *
   * @param text the other text
   */
  public String maskedIn(String text) {
    if (placeholders.isEmpty()) {
      return text;
    }
    prepare();
    Matcher matcher = any.matcher(text);
    StringBuilder masked = new StringBuilder();
    while (matcher.find()) {
      int which = 1;
      while (matcher.start(which) < 0) {
        which++;
      }
      matcher.appendReplacement(
          masked, Matcher.quoteReplacement(placeholders.get(values.get(which - 1))));
    }
    return matcher.appendTail(masked).toString();
  }

  private void prepare() {
    if (any == null) {
      // The longest first: one value may be a part of another.
      values =
          placeholders.keySet().stream()
              .sorted(
                  Comparator.comparingInt(String::length)
                      .reversed()
                      .thenComparing(Comparator.naturalOrder()))
              .toList();
      any =
          Pattern.compile(
              values.stream()
                  .map(value -> "(" + form(value) + ")")
                  .collect(Collectors.joining("|")),
              FLAGS);
    }
  }

  /** Where a value stands. */
  static Pattern occurrences(String value) {
    return Pattern.compile(form(value), FLAGS);
  }

  private static String form(String value) {
    String spaced =
        value
            .codePoints()
            .mapToObj(Character::toString)
            .filter(character -> !character.matches(BETWEEN))
            .map(Pattern::quote)
            .collect(Collectors.joining(BETWEEN));
    String form = spaced.isEmpty() ? Pattern.quote(value) : spaced;
    return value.length() < LEAST_INSIDE ? NO_WORD_BEFORE + form + NO_WORD_AFTER : form;
  }
}
