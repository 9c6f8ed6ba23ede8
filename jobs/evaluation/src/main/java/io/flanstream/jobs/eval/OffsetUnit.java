package io.flanstream.jobs.eval;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** What the offsets of an annotation tool count. */
public enum OffsetUnit {
  /** Unicode code points, as Python's and ours do. */
  CODEPOINTS("code points") {
    @Override
    int codePoints(String text, int offset) {
      return offset <= text.codePointCount(0, text.length()) ? offset : NONE;
    }
  },
  /** UTF-16 code units, as those of tools in JavaScript and Java do. */
  UTF16("UTF-16 units") {
    @Override
    int codePoints(String text, int offset) {
      return offset <= text.length()
              && (offset == text.length() || !Character.isLowSurrogate(text.charAt(offset)))
          ? text.codePointCount(0, offset)
          : NONE;
    }
  },
  /** Bytes of UTF-8. */
  BYTES("bytes of UTF-8") {
    @Override
    int codePoints(String text, int offset) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      if (offset > bytes.length || (offset < bytes.length && (bytes[offset] & 0xC0) == 0x80)) {
        return NONE;
      }
      String before = new String(bytes, 0, offset, StandardCharsets.UTF_8);
      return before.codePointCount(0, before.length());
    }
  };

  /** No offset: between the parts of a character, or after the text. */
  static final int NONE = -1;

  private final String words;

  OffsetUnit(String words) {
    this.words = words;
  }

  /**
   * An offset in code points.
   *
   * @param text the text
   * @param offset an offset of this unit, at least 0
   * @return the offset in code points, {@link #NONE} where it is no offset of a character
   */
  abstract int codePoints(String text, int offset);

  /** The unit in which offsets lead to a value; empty where none does. */
  static Optional<OffsetUnit> of(String text, int start, int end, String value) {
    return Arrays.stream(values())
        .filter(unit -> 0 <= start && start < end && value.equals(unit.part(text, start, end)))
        .findFirst();
  }

  private String part(String text, int start, int end) {
    int first = codePoints(text, start);
    int last = codePoints(text, end);
    return first == NONE || last == NONE
        ? null
        : text.substring(text.offsetByCodePoints(0, first), text.offsetByCodePoints(0, last));
  }

  /** Length of a text. */
  int length(String text) {
    return switch (this) {
      case CODEPOINTS -> text.codePointCount(0, text.length());
      case UTF16 -> text.length();
      case BYTES -> text.getBytes(StandardCharsets.UTF_8).length;
    };
  }

  /** The unit in words. */
  String words() {
    return words;
  }
}
