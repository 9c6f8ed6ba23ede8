package io.flanstream.model;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.Arrays;
import java.util.function.Function;

/**
 * Token ids of texts, put together from those of their words, which are remembered.
 *
 * <p>Exact for a tokenizer that takes each word between white space by itself, and for text of
 * printable ASCII, in which no character changes its neighbour, without white space at its ends,
 * which some tokenizers keep; other text is tokenised whole. Prompts repeat their template, and the
 * words of a language follow Zipf's law. Thread-safe.
 */
final class WordIds {
  private static final int MAX_WORDS = 100_000;
  private static final int MAX_WORD_LENGTH = 40;

  private final Function<String, int[]> tokenizer;
  private final Cache<String, int[]> words =
      Caffeine.newBuilder().maximumSize(MAX_WORDS).executor(Runnable::run).build();

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
    if (!isPlain(text)) {
      return tokenizer.apply(text);
    }
    int[] ids = new int[text.length() / 3 + 8];
    int count = 0;
    for (int start = 0; start < text.length(); ) {
      int end = start;
      while (end < text.length() && !isSpace(text.charAt(end))) {
        end++;
      }
      if (end > start) {
        int[] word = word(text.substring(start, end));
        if (count + word.length > ids.length) {
          ids = Arrays.copyOf(ids, 2 * (count + word.length));
        }
        System.arraycopy(word, 0, ids, count, word.length);
        count += word.length;
      }
      start = end + 1;
    }
    return Arrays.copyOf(ids, count);
  }

  private int[] word(String word) {
    return word.length() > MAX_WORD_LENGTH ? tokenizer.apply(word) : words.get(word, tokenizer);
  }

  private static boolean isPlain(String text) {
    int length = text.length();
    if (length == 0 || isSpace(text.charAt(0)) || isSpace(text.charAt(length - 1))) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      boolean mayBeginSpecialToken = c == '<';
      if (mayBeginSpecialToken || ((c < ' ' || c > '~') && !isSpace(c))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isSpace(char c) {
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
  }
}
