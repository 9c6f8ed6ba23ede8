package io.flanstream.model.decode;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/**
 * Cuts a word into the pieces of a Unigram vocabulary whose probabilities have the greatest
 * product, by Viterbi's algorithm (Kudo, "Subword Regularization", 2018, section 3.2).
 *
 * <p>Gives what {@code encode_optimized} of {@code models/unigram/model.rs} in Hugging Face's
 * tokenizers gives: a character that no piece is costs 10 more than the least probable piece;
 * neighbours of that kind are one unknown token, or one token a byte where the vocabulary has
 * bytes; of cuts that are equal the one that is found first, from the left, stays. Immutable and
 * thread-safe.
 */
public final class UnigramModel {
  private static final double UNKNOWN_PENALTY = 10.0;

  private final CharTrie pieces = new CharTrie();
  private final double[] scores;
  private final double unknownScore;
  private final int unknownId;
  private final int[] byteIds;

  /**
   * Makes a model.
   *
   * @param pieces piece of each id; of equal ones the last counts
   * @param scores logarithm of the probability of each of the first pieces; later pieces are not
   *     the model's
   * @param unknownId id of the unknown token
   * @param byteIds id of each byte's piece, {@code [256]}; empty where there are none
   */
  public UnigramModel(
      List<String> pieces, List<Double> scores, int unknownId, List<Integer> byteIds) {
    this.scores = scores.stream().mapToDouble(Double::doubleValue).toArray();
    for (int id = 0; id < this.scores.length; id++) {
      int[] chars = pieces.get(id).codePoints().toArray();
      if (chars.length > 0) {
        this.pieces.set(this.pieces.add(chars), id);
      }
    }
    this.unknownScore = Arrays.stream(this.scores).min().orElseThrow() - UNKNOWN_PENALTY;
    this.unknownId = unknownId;
    this.byteIds = byteIds.stream().mapToInt(Integer::intValue).toArray();
  }

  /**
   * Token ids of a word.
   *
   * @param chars code points of the word, normalised, with its U+2581
   * @return its ids, {@code [tokens]}
   */
  public int[] ids(int[] chars) {
    Cuts cuts = new Cuts(chars.length);
    for (int start = 0; start < chars.length; start++) {
      boolean covered = false;
      int node = CharTrie.ROOT;
      for (int end = start; end < chars.length; end++) {
        node = pieces.child(node, chars[end]);
        if (node == CharTrie.NONE) {
          break;
        }
        int id = pieces.value(node);
        if (id != CharTrie.NONE) {
          covered |= end == start;
          cuts.reach(start, end + 1, id, scores[id]);
        }
      }
      if (!covered) {
        cuts.reach(start, start + 1, unknownId, unknownScore);
      }
    }
    return tokens(chars, cuts.from, cuts.ids);
  }

  /** The best cut that ends at each character: its score, and its last piece. */
  private static final class Cuts {
    private final double[] best;
    private final int[] from;
    private final int[] ids;

    Cuts(int length) {
      best = new double[length + 1];
      from = new int[length + 1];
      ids = new int[length + 1];
      Arrays.fill(from, -1);
    }

    void reach(int start, int end, int id, double score) {
      double total = best[start] + score;
      if (from[end] < 0 || total > best[end]) {
        best[end] = total;
        from[end] = start;
        ids[end] = id;
      }
    }
  }

  /** The tokens of the best cut, which is read from its end. */
  private int[] tokens(int[] chars, int[] from, int[] ids) {
    int[] tokens = new int[byteIds.length == 0 ? chars.length : 4 * chars.length];
    int first = tokens.length;
    for (int end = chars.length; end > 0; ) {
      int start = from[end];
      if (ids[end] != unknownId) {
        tokens[--first] = ids[end];
        end = start;
        continue;
      }
      while (start > 0 && ids[start] == unknownId) {
        start = from[start];
      }
      first = unknown(chars, start, end, tokens, first);
      end = start;
    }
    return Arrays.copyOfRange(tokens, first, tokens.length);
  }

  /** Writes the tokens of what no piece covers before others, and tells where they begin. */
  private int unknown(int[] chars, int start, int end, int[] tokens, int before) {
    int first = before;
    OptionalInt piece = piece(chars, start, end);
    if (piece.isPresent() || byteIds.length == 0) {
      tokens[--first] = piece.orElse(unknownId);
      return first;
    }
    for (int i = end - 1; i >= start; i--) {
      int[] bytes = Vocabulary.utf8(chars[i]);
      for (int b = bytes.length - 1; b >= 0; b--) {
        tokens[--first] = byteIds[bytes[b]];
      }
    }
    return first;
  }

  /** The piece that a stretch of characters is as a whole. */
  private OptionalInt piece(int[] chars, int start, int end) {
    int node = CharTrie.ROOT;
    for (int i = start; i < end && node != CharTrie.NONE; i++) {
      node = pieces.child(node, chars[i]);
    }
    int id = node == CharTrie.NONE ? CharTrie.NONE : pieces.value(node);
    return id == CharTrie.NONE ? OptionalInt.empty() : OptionalInt.of(id);
  }
}
