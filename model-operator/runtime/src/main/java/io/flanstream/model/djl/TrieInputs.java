package io.flanstream.model.djl;

import io.flanstream.model.decode.ChoiceTrie;
import java.util.ArrayList;
import java.util.List;

/** A trie as the program's inputs. */
final class TrieInputs {
  private TrieInputs() {}

  /** 1 where the column's node is the row's or above it, {@code [nodes x nodes]}. */
  static long[] ancestors(ChoiceTrie trie) {
    int nodes = trie.nodes();
    long[] ancestors = new long[nodes * nodes];
    for (int node = 0; node < nodes; node++) {
      for (int above = node; above >= 0; above = trie.parents()[above]) {
        ancestors[node * nodes + above] = 1;
      }
    }
    return ancestors;
  }

  /**
   * Slices of at most so many nodes: first node, end node, first edge, end edge of each.
   *
   * @param trie the trie, its edges sorted by node
   * @param maxNodes nodes of a slice; at least one is taken
   */
  static long[] chunks(ChoiceTrie trie, long maxNodes) {
    List<Long> chunks = new ArrayList<>();
    int[] edgeNodes = trie.edgeNodes();
    int edge = 0;
    for (int first = 0; first < trie.nodes(); ) {
      int end = (int) Math.min(trie.nodes(), first + Math.max(1, maxNodes));
      int firstEdge = edge;
      while (edge < edgeNodes.length && edgeNodes[edge] < end) {
        edge++;
      }
      chunks.addAll(List.of((long) first, (long) end, (long) firstEdge, (long) edge));
      first = end;
    }
    return chunks.stream().mapToLong(Long::longValue).toArray();
  }
}
