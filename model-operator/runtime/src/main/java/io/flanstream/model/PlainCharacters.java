package io.flanstream.model;

import io.flanstream.model.checkpoint.AddedToken;
import io.flanstream.model.decode.TextNormalizer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Characters with which a word may be tokenised by itself: they neither change a neighbour in
 * another word nor begin an added token, and a tokenizer's normaliser neither drops them nor makes
 * white space of them.
 *
 * <p>Of printable ASCII but {@code <}, with which special tokens begin, Latin letters with marks of
 * their own, typographic quotes and dashes, the signs of pound and euro, and pairs outside the
 * basic plane, most of them emoji, those for which this holds. Immutable and thread-safe.
 */
final class PlainCharacters {
  private static final int LATIN_END = 0x180;
  private static final String PAST_LATIN = "\u2013\u2014\u2018\u2019\u201a\u201b\u201c\u201d\u20ac";
  private static final int FIRST_PAIR = 0x1f000;
  private static final int LAST_PAIR = 0x1fbff;
  private static final char FIRST_HIGH = Character.highSurrogate(FIRST_PAIR);
  private static final char LAST_HIGH = Character.highSurrogate(LAST_PAIR);

  private final boolean[] latin = new boolean[LATIN_END];
  private final String pastLatin;
  private final boolean pairs;

  private PlainCharacters(TextNormalizer normalizer, List<AddedToken> added) {
    int[] original = firsts(added.stream().filter(token -> !token.normalized()).toList(), null);
    int[] normalized = firsts(added.stream().filter(AddedToken::normalized).toList(), normalizer);
    Arrays.fill(latin, '!', '~' + 1, true);
    Arrays.fill(latin, '\u00c0', LATIN_END, true);
    latin['<'] = false;
    latin['\u00a3'] = true;
    for (int c = 0; c < LATIN_END; c++) {
      latin[c] &= isPlain(c, normalizer, original, normalized);
    }
    this.pastLatin =
        PAST_LATIN
            .chars()
            .filter(c -> isPlain(c, normalizer, original, normalized))
            .mapToObj(Character::toString)
            .collect(Collectors.joining());
    this.pairs =
        IntStream.concat(Arrays.stream(original), Arrays.stream(normalized))
                .noneMatch(Character::isSupplementaryCodePoint)
            && IntStream.rangeClosed(FIRST_PAIR, LAST_PAIR)
                .noneMatch(
                    c -> begins(normalizer.normalize(Character.toString(c)).chars(), normalized));
  }

  /**
   * The characters for a tokenizer.
   *
   * @param normalizer what it does to a text first
   * @param added tokens that it looks for, in the original or the normalised text
   */
  static PlainCharacters of(TextNormalizer normalizer, List<AddedToken> added) {
    return new PlainCharacters(normalizer, added);
  }

  /** First characters of tokens, as they are looked for. */
  private static int[] firsts(List<AddedToken> tokens, TextNormalizer normalizer) {
    return tokens.stream()
        .map(
            token ->
                normalizer == null ? token.content() : normalizer.normalize(token.content()).text())
        .filter(content -> !content.isEmpty())
        .mapToInt(content -> content.codePointAt(0))
        .distinct()
        .toArray();
  }

  private static boolean isPlain(
      int c, TextNormalizer normalizer, int[] original, int[] normalized) {
    int[] becomes = normalizer.normalize(Character.toString(c)).chars();
    return becomes.length > 0
        && Arrays.stream(becomes).noneMatch(PlainCharacters::isWhiteSpace)
        && !begins(new int[] {c}, original)
        && !begins(becomes, normalized);
  }

  private static boolean isWhiteSpace(int c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == '\u2581';
  }

  private static boolean begins(int[] chars, int[] firsts) {
    return Arrays.stream(chars).anyMatch(c -> Arrays.stream(firsts).anyMatch(first -> first == c));
  }

  /** Whether a UTF-16 unit is plain, or part of a pair that is. */
  boolean contains(char c) {
    if (c < LATIN_END) {
      return latin[c];
    }
    boolean pair = Character.isLowSurrogate(c) || (c >= FIRST_HIGH && c <= LAST_HIGH);
    return pair ? pairs : pastLatin.indexOf(c) >= 0;
  }
}
