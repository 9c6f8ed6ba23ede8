package io.flanstream.model.decode;

import java.util.Arrays;

/**
 * A vocabulary's pieces as a trie over their characters, special tokens and bytes left out.
 *
 * <p>Built once for a model and shared by all its grammars; those of one vocabulary are equal.
 * Immutable and thread-safe.
 */
public final class PieceTrie {
  static final int ROOT = CharTrie.ROOT;
  static final int NONE = CharTrie.NONE;

  private final Vocabulary vocabulary;
  private final int[][] chars;
  private final int[] added;
  private final CharTrie trie = new CharTrie();
  private int markId = NONE;

  private PieceTrie(Vocabulary vocabulary) {
    this.vocabulary = vocabulary;
    this.chars = new int[vocabulary.size()][];
    this.added = vocabulary.addedIds();
  }

  /**
   * Builds the trie.
   *
   * @param vocabulary the model's vocabulary; where two ids have one piece, the first is used
   * @return the trie
   */
  public static PieceTrie of(Vocabulary vocabulary) {
    PieceTrie trie = new PieceTrie(vocabulary);
    for (int id = 0; id < vocabulary.size(); id++) {
      if (!vocabulary.isSpecial(id)
          && !vocabulary.spelling(id).isEmpty()
          && vocabulary.byteOf(id) < 0) {
        trie.chars[id] = vocabulary.spelling(id).codePoints().toArray();
        if (!trie.isWhiteSpace(id)) {
          trie.add(id);
        }
      }
    }
    trie.markId = trie.findMark();
    return trie;
  }

  /** Whether a token is an added one that stands for nothing but white space. */
  private boolean isWhiteSpace(int id) {
    return isAdded(id) && Arrays.stream(chars[id]).allMatch(c -> c == Characters.SPACE_MARK);
  }

  /** Ids of the added tokens that stand for text, ascending. */
  int[] added() {
    return added;
  }

  /** Whether the text round a token is tokenised as texts of their own. */
  boolean isAdded(int id) {
    return Arrays.binarySearch(added, id) >= 0;
  }

  private int findMark() {
    int mark = child(ROOT, Characters.SPACE_MARK);
    if (mark != NONE) {
      return piece(mark);
    }
    return vocabulary.hasBytes() ? vocabulary.byteId(' ') : NONE;
  }

  /** The vocabulary whose pieces these are. */
  public Vocabulary vocabulary() {
    return vocabulary;
  }

  /** Node below a node, or {@link #NONE}. */
  int child(int node, int c) {
    return trie.child(node, c);
  }

  /** Id of the piece that ends at a node, or {@link #NONE}. */
  int piece(int node) {
    return trie.value(node);
  }

  /** Whether words begin with U+2581. */
  boolean marksWords() {
    return child(ROOT, Characters.SPACE_MARK) != NONE;
  }

  /**
   * Id of the piece with which a word may begin and that is no part of it: U+2581 alone, or the
   * space where there is a byte for it and no U+2581; {@link #NONE} where there is neither.
   */
  int markId() {
    return markId;
  }

  /** Characters of a piece; null where the id stands for no text. */
  int[] chars(int id) {
    return id >= 0 && id < chars.length ? chars[id] : null;
  }

  /** Whether some piece is this one character; only bytes or the unknown token stand for others. */
  boolean covers(int c) {
    int node = child(ROOT, c);
    return node != NONE && trie.value(node) != NONE;
  }

  private void add(int id) {
    int node = trie.add(chars[id]);
    if (trie.value(node) == NONE) {
      trie.set(node, id);
    }
  }

  @Override
  public boolean equals(Object object) {
    return object instanceof PieceTrie other && vocabulary.equals(other.vocabulary);
  }

  @Override
  public int hashCode() {
    return vocabulary.hashCode();
  }
}
