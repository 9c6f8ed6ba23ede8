package io.flanstream.model;

import java.util.Arrays;
import java.util.function.Function;

/**
 * Token ids of texts, put together from those of their words, which are remembered.
 *
 * <p>Exact for a tokenizer that takes each word between white space by itself, and for text in
 * which no character changes its neighbour and none becomes white space, without white space at its
 * ends, which some tokenizers keep; other text is tokenised whole. Prompts repeat their template,
 * and the words of a language follow Zipf's law.
 *
 * <p>A direct-mapped table: a word takes the place of another one with the same slot. Looking a
 * word up takes no lock and makes no object, which is why this is no general cache: a prompt has
 * dozens of words. Thread-safe; holds some 20 MB at most.
 */
final class WordIds {
  private static final int SLOTS = 1 << 16;
  private static final int MAX_WORD_LENGTH = 40;
  private static final int LATIN_END = 0x180;

  /**
   * Printable ASCII but {@code <}, with which special tokens begin, and Latin letters with marks of
   * their own. Beside them typographic quotes and dashes, the signs of pound and euro, and pairs
   * outside the basic plane, most of them emoji, are plain.
   */
  private static final boolean[] PLAIN = plain();

  private final Function<String, int[]> tokenizer;

  /**
   * Entries are immutable and are read and written whole: a race costs a lookup, never an answer.
   */
  private final Word[] words = new Word[SLOTS];

  /**
   * Remembers words for a tokenizer.
   *
   * @param tokenizer gives the ids of any text
   */
  WordIds(Function<String, int[]> tokenizer) {
    this.tokenizer = tokenizer;
  }

  /** Whether a tokenizer that takes words by themselves also takes any white space as one space. */
  static boolean suits(Function<String, int[]> tokenizer) {
    return Arrays.equals(tokenizer.apply("a \n\t\r b"), tokenizer.apply("a b"));
  }

  /** Token ids of a text. */
  int[] of(String text) {
    char[] chars = text.toCharArray();
    int length = chars.length;
    if (length == 0 || isSpace(chars[0]) || isSpace(chars[length - 1])) {
      return tokenizer.apply(text);
    }
    int[] ids = new int[length / 3 + 8];
    int count = 0;
    int start = 0;
    int hash = 0;
    for (int i = 0; i <= length; i++) {
      char c = i < length ? chars[i] : ' ';
      if (!isSpace(c)) {
        if (!isPlain(c)) {
          return tokenizer.apply(text);
        }
        hash = 31 * hash + c;
        continue;
      }
      if (i > start) {
        int[] word = word(chars, start, i, hash);
        if (count + word.length > ids.length) {
          ids = Arrays.copyOf(ids, 2 * (count + word.length));
        }
        System.arraycopy(word, 0, ids, count, word.length);
        count += word.length;
      }
      start = i + 1;
      hash = 0;
    }
    return Arrays.copyOf(ids, count);
  }

  private int[] word(char[] text, int start, int end, int hash) {
    if (end - start > MAX_WORD_LENGTH) {
      return tokenizer.apply(new String(text, start, end - start));
    }
    int slot = (hash ^ (hash >>> 16)) & (SLOTS - 1);
    Word known = words[slot];
    if (known == null || !known.is(text, start, end)) {
      char[] word = Arrays.copyOfRange(text, start, end);
      known = new Word(word, tokenizer.apply(new String(word)));
      words[slot] = known;
    }
    return known.ids;
  }

  private static boolean[] plain() {
    boolean[] plain = new boolean[LATIN_END];
    Arrays.fill(plain, '!', '~' + 1, true);
    Arrays.fill(plain, '\u00c0', LATIN_END, true);
    plain['<'] = false;
    plain['\u00a3'] = true;
    return plain;
  }

  private static boolean isPlain(char c) {
    return c < LATIN_END ? PLAIN[c] : isPlainPastLatin(c);
  }

  private static boolean isPlainPastLatin(char c) {
    return (c >= '\u2018' && c <= '\u201d')
        || (c >= '\ud83c' && c <= '\ud83e')
        || Character.isLowSurrogate(c)
        || c == '\u2013'
        || c == '\u2014'
        || c == '\u20ac';
  }

  private static boolean isSpace(char c) {
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
  }

  @SuppressWarnings("ArrayRecordComponent")
  private record Word(char[] chars, int[] ids) {

    boolean is(char[] text, int start, int end) {
      return Arrays.equals(chars, 0, chars.length, text, start, end);
    }
  }
}
