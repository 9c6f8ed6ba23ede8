package io.flanstream.model.task;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Values whose form can be checked without a model. Digits are ASCII's; blanks and hyphens may
 * stand between groups.
 */
public enum CheckedForm {
  /** An e-mail address. */
  EMAIL(
      "[\\p{L}\\p{N}._%+'-]+@(?:[\\p{L}\\p{N}](?:[\\p{L}\\p{N}-]*[\\p{L}\\p{N}])?\\.)+\\p{L}{2,}"),
  /** An International Bank Account Number with its check digits (ISO 13616, mod 97). */
  IBAN("(?i)(?<![\\p{L}\\p{N}])[A-Z]{2}[0-9]{2}(?:[ -]?[A-Z0-9]){11,30}(?![\\p{L}\\p{N}])") {
    @Override
    boolean holds(String compact) {
      String moved = compact.substring(4) + compact.substring(0, 4);
      StringBuilder digits = new StringBuilder();
      moved.chars().forEach(c -> digits.append(Character.digit(c, 36)));
      return new BigInteger(digits.toString()).mod(BigInteger.valueOf(97)).intValue() == 1;
    }
  },
  /** A payment card's number with its check digit (ISO/IEC 7812, Luhn). */
  CARD("(?<![\\p{L}\\p{N}])[0-9](?:[ -]?[0-9]){12,18}(?![\\p{L}\\p{N}])") {
    @Override
    boolean holds(String compact) {
      int sum = 0;
      for (int i = 0; i < compact.length(); i++) {
        int digit = compact.charAt(compact.length() - 1 - i) - '0';
        int counted = i % 2 == 0 ? digit : 2 * digit;
        sum += counted > 9 ? counted - 9 : counted;
      }
      return sum % 10 == 0;
    }
  },
  /** A telephone number in international form: +, and 8 to 15 digits (ITU-T E.164). */
  PHONE("(?<![\\p{L}\\p{N}])(?:\\+|00)[1-9][0-9]?(?:[ ./-]?\\(?[0-9]\\)?){6,13}(?![\\p{L}\\p{N}])");

  private static final Pattern BETWEEN = Pattern.compile("[ -]");

  private final Pattern pattern;

  CheckedForm(String pattern) {
    this.pattern = Pattern.compile(pattern);
  }

  /** Whether a value of the form, without what stands between its groups, has its check digits. */
  boolean holds(String compact) {
    return true;
  }

  /** What is in a text, first and last character in UTF-16 units, end exclusive. */
  List<int[]> find(String text) {
    List<int[]> found = new ArrayList<>();
    Matcher matcher = pattern.matcher(text);
    int from = 0;
    while (from <= text.length() && matcher.find(from)) {
      int end = checkedEnd(text, matcher.start(), matcher.end());
      if (end > 0) {
        found.add(new int[] {matcher.start(), end});
      }
      from = end > 0 ? end : matcher.start() + 1;
    }
    return found;
  }

  /** Words that follow a value may look like its last group: the longest that holds is taken. */
  private int checkedEnd(String text, int start, int end) {
    for (int to = end; to > start; to = shorter(text, start, to)) {
      String value = text.substring(start, to);
      String compact = BETWEEN.matcher(value).replaceAll("").toUpperCase(Locale.ROOT);
      if (pattern.matcher(value).matches() && holds(compact)) {
        return to;
      }
    }
    return 0;
  }

  private static int shorter(String text, int start, int end) {
    int at = Math.max(text.lastIndexOf(' ', end - 1), text.lastIndexOf('-', end - 1));
    return at > start ? at : 0;
  }
}
