package io.flanstream.model.decode;

import java.util.Arrays;

/**
 * A vocabulary's pieces as a trie over their characters, special tokens and bytes left out.
 *
 * <p>Built once for a model and shared by all its grammars; those of one vocabulary are equal.
 * Immutable and thread-safe.
 */
public final class PieceTrie {
  static final int ROOT = 0;
  static final int NONE = -1;
  private static final int CHAR_BITS = 21;
  private static final long HASH = 0x9E3779B97F4A7C15L;

  private final Vocabulary vocabulary;
  private final int[][] chars;
  private final int[] added;
  private long[] keys = new long[1 << 12];
  private int[] children = new int[1 << 12];
  private int[] pieces = new int[1 << 11];
  private int nodes = 1;
  private int markId = NONE;

  private PieceTrie(Vocabulary vocabulary) {
    this.vocabulary = vocabulary;
    this.chars = new int[vocabulary.size()][];
    this.added = vocabulary.addedIds();
    Arrays.fill(pieces, NONE);
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
    long key = key(node, c);
    int slot = slot(key);
    return keys[slot] == key ? children[slot] : NONE;
  }

  /** Id of the piece that ends at a node, or {@link #NONE}. */
  int piece(int node) {
    return pieces[node];
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
    return node != NONE && pieces[node] != NONE;
  }

  private void add(int id) {
    int node = ROOT;
    for (int c : chars[id]) {
      int child = child(node, c);
      node = child == NONE ? addChild(node, c) : child;
    }
    if (pieces[node] == NONE) {
      pieces[node] = id;
    }
  }

  private int addChild(int node, int c) {
    if (2 * nodes >= keys.length) {
      grow();
    }
    long key = key(node, c);
    int slot = slot(key);
    keys[slot] = key;
    children[slot] = nodes;
    if (nodes == pieces.length) {
      pieces = Arrays.copyOf(pieces, 2 * nodes);
      Arrays.fill(pieces, nodes, 2 * nodes, NONE);
    }
    return nodes++;
  }

  private void grow() {
    long[] oldKeys = keys;
    int[] oldChildren = children;
    keys = new long[2 * oldKeys.length];
    children = new int[2 * oldKeys.length];
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldKeys[i] != 0) {
        int slot = slot(oldKeys[i]);
        keys[slot] = oldKeys[i];
        children[slot] = oldChildren[i];
      }
    }
  }

  /** Place of a key, or the free place where it would go. */
  private int slot(long key) {
    int mask = keys.length - 1;
    int slot = (int) ((key * HASH) >>> 32) & mask;
    while (keys[slot] != 0 && keys[slot] != key) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  /** Never 0, which marks a free place. */
  private static long key(int node, int c) {
    return (((long) node << CHAR_BITS) | c) + 1;
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
