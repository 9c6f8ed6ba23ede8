package io.flanstream.model.decode;

import java.util.Arrays;

/**
 * A normalised text, each character of which knows the characters of the original that it came
 * from.
 *
 * <p>Ranges ascend: a later character never starts or ends before an earlier one. Characters that
 * came from one group of original characters (a ligature, a letter and its accents) share that
 * group's range. The arrays must not be changed.
 *
 * @param chars code points of the normalised text, {@code [length]}
 * @param starts offset of the first original character of each, in code points, {@code [length]}
 * @param ends offset after the last original character of each, in code points, {@code [length]}
 */
@SuppressWarnings("ArrayRecordComponent")
public record NormalizedText(int[] chars, int[] starts, int[] ends) {

  /** A text as it is. */
  static NormalizedText of(String text) {
    int[] chars = text.codePoints().toArray();
    int[] starts = new int[chars.length];
    int[] ends = new int[chars.length];
    for (int i = 0; i < chars.length; i++) {
      starts[i] = i;
      ends[i] = i + 1;
    }
    return new NormalizedText(chars, starts, ends);
  }

  /** Number of code points. */
  public int length() {
    return chars.length;
  }

  /** Whether all characters are ASCII, which the normalisation forms leave as they are. */
  boolean isAscii() {
    for (int c : chars) {
      if (c >= 0x80) {
        return false;
      }
    }
    return true;
  }

  /** The normalised text. */
  public String text() {
    return new String(chars, 0, chars.length);
  }

  String text(int from, int to) {
    return new String(chars, from, to - from);
  }

  /** A normalised text that is written character by character. */
  static final class Builder {
    private int[] chars;
    private int[] starts;
    private int[] ends;
    private int length;

    Builder(int capacity) {
      chars = new int[capacity + 8];
      starts = new int[capacity + 8];
      ends = new int[capacity + 8];
    }

    void add(int c, int start, int end) {
      if (length == chars.length) {
        chars = Arrays.copyOf(chars, 2 * length);
        starts = Arrays.copyOf(starts, 2 * length);
        ends = Arrays.copyOf(ends, 2 * length);
      }
      chars[length] = c;
      starts[length] = start;
      ends[length++] = end;
    }

    /** Adds characters from {@code from} to {@code to} of another text as they are. */
    void copy(NormalizedText text, int from, int to) {
      for (int i = from; i < to; i++) {
        add(text.chars[i], text.starts[i], text.ends[i]);
      }
    }

    /** Adds what stands for the characters from {@code from} to {@code to} of another text. */
    void replace(NormalizedText text, int from, int to, String replacement) {
      replacement.codePoints().forEach(c -> add(c, text.starts[from], text.ends[to - 1]));
    }

    NormalizedText build() {
      return new NormalizedText(
          Arrays.copyOf(chars, length), Arrays.copyOf(starts, length), Arrays.copyOf(ends, length));
    }
  }
}
