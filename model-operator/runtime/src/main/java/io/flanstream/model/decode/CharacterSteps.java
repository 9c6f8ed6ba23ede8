package io.flanstream.model.decode;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Steps of normalisers that look at characters and patterns. */
final class CharacterSteps {

  private CharacterSteps() {}

  /** Each character in lower case, without regard to its neighbours. */
  static NormalizerStep lowercase() {
    return text -> {
      if (text.isAscii()) {
        int[] lower = text.chars().clone();
        for (int i = 0; i < lower.length; i++) {
          lower[i] = Character.toLowerCase(lower[i]);
        }
        return new NormalizedText(lower, text.starts(), text.ends());
      }
      NormalizedText.Builder result = new NormalizedText.Builder(text.length());
      for (int i = 0; i < text.length(); i++) {
        if (text.chars()[i] < 0x80) {
          result.add(Character.toLowerCase(text.chars()[i]), text.starts()[i], text.ends()[i]);
        } else {
          result.replace(text, i, i + 1, text.text(i, i + 1).toLowerCase(Locale.ROOT));
        }
      }
      return result.build();
    };
  }

  /** White space taken off the ends. */
  static NormalizerStep strip(boolean left, boolean right) {
    return text -> {
      int from = 0;
      int to = text.length();
      while (left && from < to && Characters.isWhiteSpace(text.chars()[from])) {
        from++;
      }
      while (right && to > from && Characters.isWhiteSpace(text.chars()[to - 1])) {
        to--;
      }
      if (to - from == text.length()) {
        return text;
      }
      NormalizedText.Builder result = new NormalizedText.Builder(to - from);
      result.copy(text, from, to);
      return result.build();
    };
  }

  /** Every match replaced; an empty match is none. */
  static NormalizerStep replace(Pattern pattern, String replacement) {
    boolean anyWhiteSpace =
        pattern.pattern().equals("\\s+")
            && (pattern.flags() & Pattern.LITERAL) == 0
            && (pattern.flags() & Pattern.UNICODE_CHARACTER_CLASS) != 0;
    return anyWhiteSpace ? replaceWhiteSpace(replacement) : replaceMatches(pattern, replacement);
  }

  /** What most checkpoints have a pattern for, without the pattern: each run of white space. */
  static NormalizerStep replaceWhiteSpace(String replacement) {
    boolean keepsSpaces = replacement.equals(" ");
    return text -> {
      if (keepsSpaces && hasSingleSpaces(text.chars())) {
        return text;
      }
      NormalizedText.Builder result = new NormalizedText.Builder(text.length());
      int start = 0;
      while (start < text.length()) {
        int end = start;
        while (end < text.length() && Characters.isWhiteSpace(text.chars()[end])) {
          end++;
        }
        if (end > start) {
          result.replace(text, start, end, replacement);
          start = end;
        } else {
          result.copy(text, start, start + 1);
          start++;
        }
      }
      return result.build();
    };
  }

  /** Whether all white space is spaces between other characters, or at the ends. */
  private static boolean hasSingleSpaces(int[] chars) {
    boolean space = false;
    for (int c : chars) {
      boolean before = space;
      space = Characters.isWhiteSpace(c);
      if (space && (before || c != ' ')) {
        return false;
      }
    }
    return true;
  }

  static NormalizerStep replaceMatches(Pattern pattern, String replacement) {
    return text -> {
      String before = text.text();
      Matcher matcher = pattern.matcher(before);
      if (!matcher.find()) {
        return text;
      }
      NormalizedText.Builder result = new NormalizedText.Builder(text.length());
      int copied = 0;
      int at = 0;
      int units = 0;
      do {
        if (matcher.end() > matcher.start()) {
          at += before.codePointCount(units, matcher.start());
          int end = at + before.codePointCount(matcher.start(), matcher.end());
          units = matcher.end();
          result.copy(text, copied, at);
          result.replace(text, at, end, replacement);
          at = end;
          copied = end;
        }
      } while (matcher.find());
      result.copy(text, copied, text.length());
      return result.build();
    };
  }

  /** Characters set before a text that is not empty; they came from nothing. */
  static NormalizerStep prepend(String prefix) {
    return text -> {
      if (text.length() == 0) {
        return text;
      }
      NormalizedText.Builder result = new NormalizedText.Builder(text.length() + prefix.length());
      int start = text.starts()[0];
      prefix.codePoints().forEach(c -> result.add(c, start, start));
      result.copy(text, 0, text.length());
      return result.build();
    };
  }
}
