package io.flanstream.model.decode;

import java.util.Arrays;

/**
 * A source text as a decoder sees it, for copying spans out of it.
 *
 * <p>Normalised, each word preceded by one U+2581, white space at the ends left out; as it is where
 * the tokenizer takes a text byte by byte. A span begins and ends at word boundaries of the
 * original text and in no white space. A word boundary lies at the ends of the text and between any
 * two grapheme clusters, except between two letters and between two digits (combining marks count
 * as letters): {@code Anna|'|s}, {@code 8|pm}, {@code 300|$}. Characters that normalise to nothing
 * are borders as white space is, and a combining mark on white space belongs to it. What one
 * character or cluster of the original became is part of a span whole or not at all. Immutable and
 * thread-safe.
 */
public final class SourceText {
  private final String text;
  private final int[] chars;
  private final int[] starts;
  private final int[] ends;
  private final boolean[] begins;
  private final boolean[] finishes;

  private SourceText(String text, NormalizedText words) {
    this.text = text;
    this.chars = words.chars();
    this.starts = words.starts();
    this.ends = words.ends();
    this.begins = new boolean[chars.length];
    this.finishes = new boolean[chars.length + 1];
  }

  /**
   * Reads a source text.
   *
   * @param text the original text
   * @param normalizer what the tokenizer does to it
   * @return the source
   */
  public static SourceText of(String text, TextNormalizer normalizer) {
    NormalizedText normalized = normalizer.normalize(text);
    SourceText source =
        new SourceText(text, normalizer.marksWords() ? words(normalized) : trimmed(normalized));
    source.mark(boundaries(text));
    return source;
  }

  /**
   * The characters of a source text that an added token stands for: its normalised words, or one
   * U+2581 where it is white space.
   *
   * @param token the token's text
   * @param normalizer what the tokenizer does to a text
   * @return the characters; empty where normalisation leaves none
   */
  public static String spelling(String token, TextNormalizer normalizer) {
    String words = of(token, normalizer).words();
    boolean space = !token.isEmpty() && token.codePoints().allMatch(SourceText::isSpace);
    return words.isEmpty() ? (space ? "\u2581" : "") : words.substring(1);
  }

  /** White space and U+2581 become one U+2581 before each word. */
  private static NormalizedText words(NormalizedText normalized) {
    NormalizedText.Builder words = new NormalizedText.Builder(normalized.length() + 1);
    boolean inWord = false;
    int end = 0;
    for (int i = 0; i < normalized.length(); i++) {
      int c = normalized.chars()[i];
      if (isSpace(c)) {
        inWord = false;
        continue;
      }
      if (!inWord) {
        words.add(Characters.SPACE_MARK, end, end);
      }
      end = normalized.ends()[i];
      words.add(c, normalized.starts()[i], end);
      inWord = true;
    }
    return words.build();
  }

  /** A text up to its last character that is no white space: no span goes on beyond it. */
  private static NormalizedText trimmed(NormalizedText normalized) {
    int length = normalized.length();
    while (length > 0 && isSpace(normalized.chars()[length - 1])) {
      length--;
    }
    NormalizedText.Builder trimmed = new NormalizedText.Builder(length);
    trimmed.copy(normalized, 0, length);
    return trimmed.build();
  }

  /** Whether a word may begin or end at each offset of a text, {@code [code points + 1]}. */
  private static boolean[] boundaries(String text) {
    int[] original = text.codePoints().toArray();
    boolean[] boundaries = new boolean[original.length + 1];
    boundaries[0] = true;
    int start = 0;
    for (int end : GraphemeClusters.ends(original)) {
      boundaries[end] =
          end == original.length || !Characters.inOneWord(original[start], original[end]);
      start = end;
    }
    return boundaries;
  }

  private static boolean isSpace(int c) {
    return c == Characters.SPACE_MARK || Characters.isWhiteSpace(c);
  }

  private void mark(boolean[] boundaries) {
    int before = -1;
    for (int i = 0; i < chars.length; i++) {
      if (isSpace(chars[i])) {
        continue;
      }
      begins[i] = boundaries[starts[i]] && (before < 0 || ends[before] <= starts[i]);
      if (before >= 0) {
        finishes[before + 1] = boundaries[ends[before]] && starts[i] >= ends[before];
      }
      before = i;
    }
    if (before >= 0) {
      finishes[before + 1] = boundaries[ends[before]];
    }
  }

  /** Number of normalised characters, U+2581 included. */
  public int length() {
    return chars.length;
  }

  /** The normalised words, each after a U+2581. */
  public String words() {
    return new String(chars, 0, chars.length);
  }

  int charAt(int position) {
    return chars[position];
  }

  /** Whether a span may begin with the character at a position. */
  boolean beginsAt(int position) {
    return begins[position];
  }

  /** Whether a span may end before a position. */
  boolean endsAt(int position) {
    return finishes[position];
  }

  /** The original text of the normalised characters from one position to another. */
  Span span(int from, int to) {
    int start = starts[from];
    int end = ends[to - 1];
    int first = text.offsetByCodePoints(0, start);
    return new Span(text.substring(first, text.offsetByCodePoints(first, end - start)), start, end);
  }

  /** Sources are equal if the text and what it was normalised to are. */
  @Override
  public boolean equals(Object object) {
    return object instanceof SourceText other
        && text.equals(other.text)
        && Arrays.equals(chars, other.chars)
        && Arrays.equals(starts, other.starts)
        && Arrays.equals(ends, other.ends);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }
}
