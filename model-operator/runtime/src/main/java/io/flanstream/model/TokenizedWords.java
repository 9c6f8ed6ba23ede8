package io.flanstream.model;

import java.util.Arrays;

/**
 * A text with the token ids of each of its words. Immutable; the arrays must not be changed.
 *
 * @param chars the text
 * @param ids of all words, {@code [tokens]}
 * @param starts where each word begins, {@code [words]}
 * @param ends where it ends, {@code [words]}
 * @param counts ids up to the end of each, {@code [words]}
 */
@SuppressWarnings("ArrayRecordComponent")
record TokenizedWords(char[] chars, int[] ids, int[] starts, int[] ends, int[] counts) {

  /** The ids of a word of a text. */
  @FunctionalInterface
  interface WordTokenizer {
    /** Tokenises the characters from {@code start} to {@code end}. */
    int[] ids(char[] text, int start, int end);
  }

  /** Tokenises each word between white space. */
  static TokenizedWords of(char[] text, WordTokenizer tokenizer) {
    int[] ids = new int[text.length];
    int[] starts = new int[text.length / 2 + 1];
    int[] ends = new int[starts.length];
    int[] counts = new int[starts.length];
    int count = 0;
    int word = 0;
    int start = 0;
    for (int i = 0; i <= text.length; i++) {
      if (i < text.length && !WordIds.isSpace(text[i])) {
        continue;
      }
      if (i > start) {
        int[] more = tokenizer.ids(text, start, i);
        if (count + more.length > ids.length) {
          ids = Arrays.copyOf(ids, 2 * (count + more.length));
        }
        System.arraycopy(more, 0, ids, count, more.length);
        count += more.length;
        starts[word] = start;
        ends[word] = i;
        counts[word++] = count;
      }
      start = i + 1;
    }
    return new TokenizedWords(
        text,
        Arrays.copyOf(ids, count),
        Arrays.copyOf(starts, word),
        Arrays.copyOf(ends, word),
        Arrays.copyOf(counts, word));
  }

  /**
   * What is shared with a text, white space after the beginning's last word and before the end's
   * first.
   */
  TemplateIds.Match match(char[] text, int sameChars) {
    int head = below(ends, sameChars);
    int from = head == 0 ? 0 : ends[head - 1] + 1;
    int most = Math.min(text.length - from, chars.length);
    int same = 0;
    while (same < most && text[text.length - 1 - same] == chars[chars.length - 1 - same]) {
      same++;
    }
    int tail = below(starts, chars.length - same + 1);
    int to = tail == starts.length ? text.length : text.length - (chars.length - starts[tail]);
    return new TemplateIds.Match(this, headIds(head), headIds(tail), from, to);
  }

  /**
   * Finds words of this text that are a stretch of another.
   *
   * @param text the other
   * @param from where the stretch begins
   * @param to where it ends, a white space or the text's end
   * @param most how many of the first words of this text to begin at
   * @return the first of the words and the one after the last, as places among the ids; null if
   *     they are not here one after the other
   */
  Ids find(char[] text, int from, int to, int most) {
    int length = to - from;
    for (int word = 0; word < Math.min(most, starts.length); word++) {
      int end = starts[word] + length;
      if (end > chars.length) {
        return null;
      }
      if (Arrays.equals(chars, starts[word], end, text, from, to)) {
        int last = Arrays.binarySearch(ends, end);
        return last < 0 ? null : new Ids(headIds(word), counts[last]);
      }
    }
    return null;
  }

  /** The ids of all words. */
  Ids all() {
    return new Ids(0, ids.length);
  }

  /**
   * A stretch of the ids.
   *
   * @param from the first
   * @param to the one after the last
   */
  record Ids(int from, int to) {}

  private int headIds(int words) {
    return words == 0 ? 0 : counts[words - 1];
  }

  /** How many of ascending numbers are below a limit. */
  private static int below(int[] numbers, int limit) {
    int at = Arrays.binarySearch(numbers, limit);
    return at < 0 ? -at - 1 : at;
  }
}
