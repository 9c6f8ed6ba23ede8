package io.flanstream.model.djl;

import io.flanstream.model.decode.ChoiceTrie;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A part of a trie that is scored at once: some of its nodes with their edges, and those above
 * them.
 *
 * @param tokens decoder input of each node
 * @param parents place in the slice of each node's parent, which comes before it; -1 for the start
 * @param depths decoder position of each node
 * @param edgeNodes place in the slice at which each edge is scored, ascending
 * @param edgeTokens token of each edge
 * @param edges each edge's place in the trie
 */
@SuppressWarnings("ArrayRecordComponent")
record TrieSlice(
    int[] tokens, int[] parents, int[] depths, int[] edgeNodes, int[] edgeTokens, int[] edges) {

  /**
   * Cuts a trie.
   *
   * @param trie the trie
   * @param most nodes of a slice, unless more are above one node
   * @return slices that have each edge once
   */
  static List<TrieSlice> of(ChoiceTrie trie, int most) {
    int[] order = depthFirst(trie);
    List<TrieSlice> slices = new ArrayList<>();
    for (int from = 0; from < order.length; ) {
      List<Integer> nodes = new ArrayList<>(above(trie, order[from]));
      int first = nodes.size();
      while (from < order.length && (nodes.size() == first || nodes.size() < most)) {
        nodes.add(order[from++]);
      }
      slices.add(slice(trie, nodes, first));
    }
    return slices;
  }

  /** Nodes of the slice. */
  int nodes() {
    return tokens.length;
  }

  /** 1 where the column's node is the row's or above it, {@code [nodes x nodes]}. */
  long[] ancestors() {
    int nodes = nodes();
    long[] ancestors = new long[nodes * nodes];
    for (int node = 0; node < nodes; node++) {
      for (int above = node; above >= 0; above = parents[above]) {
        ancestors[node * nodes + above] = 1;
      }
    }
    return ancestors;
  }

  /**
   * Parts of at most so many nodes, whose logits are held at once: first node, end node, first
   * edge, end edge of each.
   *
   * @param maxNodes nodes of a part; at least one is taken
   */
  long[] chunks(long maxNodes) {
    List<Long> chunks = new ArrayList<>();
    int edge = 0;
    for (int first = 0; first < nodes(); ) {
      int end = (int) Math.min(nodes(), first + Math.max(1, maxNodes));
      int firstEdge = edge;
      while (edge < edgeNodes.length && edgeNodes[edge] < end) {
        edge++;
      }
      chunks.addAll(List.of((long) first, (long) end, (long) firstEdge, (long) edge));
      first = end;
    }
    return chunks.stream().mapToLong(Long::longValue).toArray();
  }

  private static int[] depthFirst(ChoiceTrie trie) {
    int[] order = new int[trie.nodes()];
    int count = 0;
    Deque<Integer> open = new ArrayDeque<>(List.of(0));
    while (!open.isEmpty()) {
      int node = open.pop();
      order[count++] = node;
      for (int edge = trie.firstEdges()[node + 1] - 1; edge >= trie.firstEdges()[node]; edge--) {
        if (trie.edgeChildren()[edge] != ChoiceTrie.NONE) {
          open.push(trie.edgeChildren()[edge]);
        }
      }
    }
    return order;
  }

  private static List<Integer> above(ChoiceTrie trie, int node) {
    Deque<Integer> path = new ArrayDeque<>();
    for (int above = trie.parents()[node]; above >= 0; above = trie.parents()[above]) {
      path.push(above);
    }
    return List.copyOf(path);
  }

  private static TrieSlice slice(ChoiceTrie trie, List<Integer> nodes, int first) {
    int[] places = new int[trie.nodes()];
    Arrays.fill(places, -1);
    List<Integer> edgeNodes = new ArrayList<>();
    List<Integer> edges = new ArrayList<>();
    for (int place = 0; place < nodes.size(); place++) {
      int node = nodes.get(place);
      places[node] = place;
      int from = place < first ? trie.firstEdges()[node + 1] : trie.firstEdges()[node];
      for (int edge = from; edge < trie.firstEdges()[node + 1]; edge++) {
        edgeNodes.add(place);
        edges.add(edge);
      }
    }
    return new TrieSlice(
        each(nodes, trie.tokens()),
        nodes.stream().mapToInt(node -> node == 0 ? -1 : places[trie.parents()[node]]).toArray(),
        each(nodes, trie.depths()),
        edgeNodes.stream().mapToInt(Integer::intValue).toArray(),
        each(edges, trie.edgeTokens()),
        edges.stream().mapToInt(Integer::intValue).toArray());
  }

  private static int[] each(List<Integer> places, int[] values) {
    return IntStream.range(0, places.size()).map(i -> values[places.get(i)]).toArray();
  }
}
