package io.flanstream.model.decode;

import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * Pieces of a model's tokenizer, by id.
 *
 * <p>Immutable and thread-safe.
 */
public final class Vocabulary {
  private final List<String> pieces;
  private final boolean[] special;
  private final int padId;
  private final int endId;
  private final int unknownId;
  private volatile PieceTrie trie;

  /**
   * Describes a vocabulary.
   *
   * @param pieces piece of each id, a word's first piece beginning with U+2581 ({@code ▁})
   * @param specialIds ids that stand for no text: pad, end, unknown, sentinels
   * @param padId id of the pad token, which also starts every decoder sequence
   * @param endId id of the end token
   * @param unknownId id of the unknown token
   */
  public Vocabulary(
      List<String> pieces, Set<Integer> specialIds, int padId, int endId, int unknownId) {
    this.pieces = List.copyOf(pieces);
    this.special = new boolean[pieces.size()];
    specialIds.forEach(id -> special[id] = true);
    this.padId = padId;
    this.endId = endId;
    this.unknownId = unknownId;
  }

  /** Trie of the pieces, made once: it is some 5 MB for 32,000 pieces. */
  public PieceTrie trie() {
    PieceTrie made = trie;
    if (made == null) {
      synchronized (this) {
        made = trie == null ? PieceTrie.of(this) : trie;
        trie = made;
      }
    }
    return made;
  }

  /** Number of pieces; the model's embedding may have more rows, which stand for nothing. */
  public int size() {
    return pieces.size();
  }

  /** Piece of an id, with U+2581 for a space. */
  public String piece(int id) {
    return pieces.get(id);
  }

  /** Whether an id stands for no text. */
  public boolean isSpecial(int id) {
    return special[id];
  }

  /** Id of the pad token, with which every decoder sequence starts. */
  public int padId() {
    return padId;
  }

  /** Id of the end token. */
  public int endId() {
    return endId;
  }

  /** Id of the unknown token. */
  public int unknownId() {
    return unknownId;
  }

  /**
   * Text of a token sequence: special tokens left out, U+2581 as a space, no space at the start.
   *
   * @param ids token ids
   * @return the text
   */
  public String text(int[] ids) {
    StringBuilder text = new StringBuilder();
    Arrays.stream(ids)
        .filter(id -> id < size() && !special[id])
        .forEach(id -> text.append(piece(id)));
    String spaced = text.toString().replace('\u2581', ' ');
    return spaced.startsWith(" ") ? spaced.substring(1) : spaced;
  }
}
