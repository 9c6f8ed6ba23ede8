package io.flanstream.model.decode;

import java.util.Arrays;

/**
 * A trie over code points, each node of which can have a value that is not negative.
 *
 * <p>One open-addressed table of (node, character) for all nodes: a vocabulary has a million of
 * them, and a look-up takes no lock and makes no object. Thread-safe once it is filled.
 */
public final class CharTrie {
  /** The node of the empty string. */
  public static final int ROOT = 0;

  /** No node, or no value. */
  public static final int NONE = -1;

  private static final int CHAR_BITS = 21;
  private static final long HASH = 0x9E3779B97F4A7C15L;

  private long[] keys = new long[1 << 12];
  private int[] children = new int[1 << 12];
  private int[] values = new int[1 << 11];
  private int nodes = 1;

  /** Makes a trie of the empty string alone. */
  public CharTrie() {
    Arrays.fill(values, NONE);
  }

  /**
   * Node of a string, which is added.
   *
   * @param chars its code points
   */
  public int add(int[] chars) {
    int node = ROOT;
    for (int c : chars) {
      int child = child(node, c);
      node = child == NONE ? addChild(node, c) : child;
    }
    return node;
  }

  /** Gives a node a value. */
  public void set(int node, int value) {
    values[node] = value;
  }

  /** Value of a node, or {@link #NONE}. */
  public int value(int node) {
    return values[node];
  }

  /** Node below a node by a code point, or {@link #NONE}. */
  public int child(int node, int c) {
    long key = key(node, c);
    int slot = slot(key);
    return keys[slot] == key ? children[slot] : NONE;
  }

  private int addChild(int node, int c) {
    if (2 * nodes >= keys.length) {
      grow();
    }
    long key = key(node, c);
    int slot = slot(key);
    keys[slot] = key;
    children[slot] = nodes;
    if (nodes == values.length) {
      values = Arrays.copyOf(values, 2 * nodes);
      Arrays.fill(values, nodes, 2 * nodes, NONE);
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
}
