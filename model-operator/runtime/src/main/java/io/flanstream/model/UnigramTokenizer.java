package io.flanstream.model;

import io.flanstream.model.checkpoint.AddedToken;
import io.flanstream.model.checkpoint.TokenizerFile;
import io.flanstream.model.checkpoint.WordCutting;
import io.flanstream.model.decode.Characters;
import io.flanstream.model.decode.NormalizedText;
import io.flanstream.model.decode.TextNormalizer;
import io.flanstream.model.decode.UnigramModel;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Token ids of texts without the native library, whose ids they equal; a call of that library costs
 * more than the cutting of a word.
 *
 * <p>What it does not cut itself it hands on: texts in which an added token may stand or that are
 * no Unicode, and those that get an end, pad or unknown token by their spelling. Immutable and
 * thread-safe, if the native tokenizer is.
 */
final class UnigramTokenizer {
  private final UnigramModel model;
  private final TextNormalizer normalizer;
  private final WordCutting cutting;
  private final Function<String, int[]> whole;
  private final BitSet addedFirsts;
  private final int padId;
  private final int endId;

  private UnigramTokenizer(
      TokenizerFile file, TextNormalizer normalizer, Function<String, int[]> whole) {
    this.model = new UnigramModel(file.pieces(), file.scores(), file.unknownId(), file.byteIds());
    this.normalizer = normalizer;
    this.cutting = file.words();
    this.whole = whole;
    this.addedFirsts =
        Stream.concat(
                Stream.of(file.padId(), file.endId(), file.unknownId()).map(file.pieces()::get),
                file.addedTokens().stream()
                    .map(AddedToken::content)
                    .flatMap(content -> Stream.of(content, normalizer.normalize(content).text())))
            .filter(content -> !content.isEmpty())
            .mapToInt(content -> content.codePointAt(0))
            .collect(BitSet::new, BitSet::set, BitSet::or);
    this.padId = file.padId();
    this.endId = file.endId();
  }

  /**
   * A tokenizer in Java.
   *
   * @param file what the checkpoint says about its tokenizer
   * @param normalizer what it does to a text first
   * @param whole gives the ids of any text
   * @return empty where it cuts texts in a way that is not known here
   */
  static Optional<UnigramTokenizer> of(
      TokenizerFile file, TextNormalizer normalizer, Function<String, int[]> whole) {
    boolean known =
        file.words() == WordCutting.AT_WHITE_SPACE || file.words() == WordCutting.AT_SPACES;
    return known ? Optional.of(new UnigramTokenizer(file, normalizer, whole)) : Optional.empty();
  }

  /** Token ids of a text, {@code [tokens]}. */
  int[] ids(String text) {
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      if (!isKnown(c) || addedFirsts.get(c)) {
        return whole.apply(text);
      }
      i += Character.charCount(c);
    }
    NormalizedText normalized = normalizer.normalize(text);
    if (normalized.length() == 0 || mayHoldAdded(normalized.chars())) {
      return whole.apply(text);
    }
    int[] ids = cut(normalized.chars());
    return ids == null ? whole.apply(text) : ids;
  }

  /** Neither half a pair nor a NUL, which libraries that count bytes take for an end. */
  private boolean isKnown(int c) {
    return c != 0
        && (c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE)
        && (c < 0x80 || !normalizer.usesUnicodeTables() || Character.isDefined(c));
  }

  private boolean mayHoldAdded(int[] chars) {
    for (int c : chars) {
      if (addedFirsts.get(c)) {
        return true;
      }
    }
    return false;
  }

  /** The ids of all words, or null where one is an end or pad token. */
  private int[] cut(int[] chars) {
    int[] ids = new int[chars.length + 8];
    int count = 0;
    int start = 0;
    while (start < chars.length) {
      if (isGap(chars[start])) {
        start++;
        continue;
      }
      int end = start + 1;
      while (end < chars.length && !isMark(chars[end]) && !isGap(chars[end])) {
        end++;
      }
      int[] word = model.ids(word(chars, start, end));
      for (int id : word) {
        if (id == padId || id == endId) {
          return null;
        }
      }
      if (count + word.length > ids.length) {
        ids = Arrays.copyOf(ids, 2 * (count + word.length));
      }
      System.arraycopy(word, 0, ids, count, word.length);
      count += word.length;
      start = end;
    }
    return Arrays.copyOf(ids, count);
  }

  /** What parts words and goes. */
  private boolean isGap(int c) {
    return cutting == WordCutting.AT_WHITE_SPACE && Characters.isWhiteSpace(c);
  }

  /** What a word begins with. */
  private boolean isMark(int c) {
    return c == Characters.SPACE_MARK || (cutting == WordCutting.AT_SPACES && c == ' ');
  }

  private int[] word(int[] chars, int start, int end) {
    if (isMark(chars[start])) {
      int[] word = Arrays.copyOfRange(chars, start, end);
      word[0] = Characters.SPACE_MARK;
      return word;
    }
    int[] word = new int[end - start + 1];
    word[0] = Characters.SPACE_MARK;
    System.arraycopy(chars, start, word, 1, end - start);
    return word;
  }
}
