package io.flanstream.model.decode;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Token sequences of a closed set of choices with their common prefixes shared.
 *
 * <p>Node 0 is the start token. A node is a decoder position: its token is the decoder's input, and
 * each of its edges is a token to be scored there. A choice is the edges from the start to its end
 * token, which leads to no node. Tries of the same choices in the same order are equal. Immutable
 * and thread-safe.
 */
public final class ChoiceTrie {
  /** No node, or no choice. */
  public static final int NONE = -1;

  private final int[] tokens;
  private final int[] parents;
  private final int[] depths;
  private final int[] edgeNodes;
  private final int[] edgeTokens;
  private final int[] edgeChildren;
  private final int[] edgeChoices;
  private final int[] firstEdges;
  private final int[][] choiceEdges;
  private final boolean amongEdges;
  private final int hash;

  private ChoiceTrie(Builder builder, Integer[] order, int[][] choiceEdges) {
    this.tokens = array(builder.tokens);
    this.parents = array(builder.parents);
    this.depths = array(builder.depths);
    this.edgeNodes = array(builder.edgeNodes, order);
    this.edgeTokens = array(builder.edgeTokens, order);
    this.edgeChildren = array(builder.edgeChildren, order);
    this.choiceEdges = choiceEdges;
    this.amongEdges = false;
    this.edgeChoices = new int[edgeTokens.length];
    Arrays.fill(edgeChoices, NONE);
    for (int choice = 0; choice < choiceEdges.length; choice++) {
      int[] path = choiceEdges[choice];
      edgeChoices[path[path.length - 1]] = choice;
    }
    this.firstEdges = new int[tokens.length + 1];
    for (int node : edgeNodes) {
      firstEdges[node + 1]++;
    }
    Arrays.parallelPrefix(firstEdges, Integer::sum);
    this.hash = 31 * Arrays.hashCode(edgeTokens) + Arrays.deepHashCode(choiceEdges);
  }

  private ChoiceTrie(ChoiceTrie same, boolean amongEdges) {
    this.tokens = same.tokens;
    this.parents = same.parents;
    this.depths = same.depths;
    this.edgeNodes = same.edgeNodes;
    this.edgeTokens = same.edgeTokens;
    this.edgeChildren = same.edgeChildren;
    this.edgeChoices = same.edgeChoices;
    this.firstEdges = same.firstEdges;
    this.choiceEdges = same.choiceEdges;
    this.amongEdges = amongEdges;
    this.hash = same.hash;
  }

  private static int[] array(List<Integer> values) {
    return values.stream().mapToInt(Integer::intValue).toArray();
  }

  private static int[] array(List<Integer> values, Integer[] order) {
    return Arrays.stream(order).mapToInt(values::get).toArray();
  }

  /**
   * Builds the trie of some choices.
   *
   * @param choices tokens of each choice, each with its end token last, none empty, all distinct
   * @param startToken token with which the decoder starts
   * @return the trie
   * @throws IllegalArgumentException if there are no choices, one is empty, or two are the same
   */
  public static ChoiceTrie of(List<int[]> choices, int startToken) {
    if (choices.isEmpty()) {
      throw new IllegalArgumentException("Cannot score choices: there must be at least one, got 0");
    }
    return new Builder(startToken).add(choices);
  }

  /** The same choices, with the log-probability of an edge taken among those of its node alone. */
  public ChoiceTrie amongEdges() {
    return new ChoiceTrie(this, true);
  }

  /**
   * Whether the log-probability of an edge is that among the edges of its node; otherwise it is
   * that among all tokens of the vocabulary.
   */
  public boolean isAmongEdges() {
    return amongEdges;
  }

  /**
   * Replaces the logits of all edges by log-probabilities among those of each node.
   *
   * @param logits of every edge, {@code [edges]}
   */
  public void normalize(float[] logits) {
    for (int node = 0; node < tokens.length; node++) {
      LogSoftmax.apply(logits, firstEdges[node], firstEdges[node + 1]);
    }
  }

  /** Number of decoder positions, the start included. */
  public int nodes() {
    return tokens.length;
  }

  /** Decoder input of each node, {@code [nodes]}; parents come before their children. */
  public int[] tokens() {
    return tokens;
  }

  /** Parent of each node, {@code [nodes]}; -1 for the start. */
  public int[] parents() {
    return parents;
  }

  /** Decoder position of each node, {@code [nodes]}; 0 for the start. */
  public int[] depths() {
    return depths;
  }

  /** Node at which each edge is scored, {@code [edges]}, ascending. */
  public int[] edgeNodes() {
    return edgeNodes;
  }

  /** Token of each edge, {@code [edges]}. */
  public int[] edgeTokens() {
    return edgeTokens;
  }

  /** Node that each edge leads to, {@code [edges]}; {@link #NONE} where nothing follows. */
  public int[] edgeChildren() {
    return edgeChildren;
  }

  /** Choice that ends with each edge, {@code [edges]}; {@link #NONE} where none does. */
  public int[] edgeChoices() {
    return edgeChoices;
  }

  /**
   * First edge of each node, {@code [nodes + 1]}: node {@code n} has the edges from {@code
   * firstEdges()[n]} to before {@code firstEdges()[n + 1]}.
   */
  public int[] firstEdges() {
    return firstEdges;
  }

  /** Decoder positions of the longest choice. */
  public int positions() {
    return 1 + Arrays.stream(depths).max().orElseThrow();
  }

  /** Number of choices. */
  public int choices() {
    return choiceEdges.length;
  }

  /** Tokens of a choice, its end token among them. */
  public int length(int choice) {
    return choiceEdges[choice].length;
  }

  /**
   * Log-probability of every choice from the log-probability of every edge.
   *
   * @param edgeLogprobs natural-log probability of each edge, {@code [edges]}
   * @return natural-log probability of each choice, {@code [choices]}
   */
  public double[] choiceLogprobs(float[] edgeLogprobs) {
    double[] sums = new double[choiceEdges.length];
    for (int choice = 0; choice < sums.length; choice++) {
      for (int edge : choiceEdges[choice]) {
        sums[choice] += edgeLogprobs[edge];
      }
    }
    return sums;
  }

  @Override
  public boolean equals(Object object) {
    return this == object
        || (object instanceof ChoiceTrie other
            && hash == other.hash
            && amongEdges == other.amongEdges
            && Arrays.equals(tokens, other.tokens)
            && Arrays.equals(edgeNodes, other.edgeNodes)
            && Arrays.equals(edgeTokens, other.edgeTokens)
            && Arrays.equals(edgeChildren, other.edgeChildren)
            && Arrays.deepEquals(choiceEdges, other.choiceEdges));
  }

  @Override
  public int hashCode() {
    return hash;
  }

  private static final class Builder {
    private final List<Integer> tokens = new ArrayList<>();
    private final List<Integer> parents = new ArrayList<>();
    private final List<Integer> depths = new ArrayList<>();
    private final List<Integer> edgeNodes = new ArrayList<>();
    private final List<Integer> edgeTokens = new ArrayList<>();
    private final List<Integer> edgeChildren = new ArrayList<>();
    private final List<Map<Integer, Integer>> edges = new ArrayList<>();

    Builder(int startToken) {
      node(startToken, -1, 0);
    }

    ChoiceTrie add(List<int[]> choices) {
      int[][] paths = new int[choices.size()][];
      Map<Integer, Integer> lastEdges = new HashMap<>();
      for (int choice = 0; choice < paths.length; choice++) {
        paths[choice] = path(choices.get(choice), choice);
        Integer same = lastEdges.put(paths[choice][paths[choice].length - 1], choice);
        if (same != null) {
          throw new IllegalArgumentException(
              "Cannot score choices: they must differ in tokens, but choices %s and %s are the same"
                  .formatted(same, choice));
        }
      }
      return sortedByNode(paths);
    }

    /** Edges in the order of their nodes, so that a slice of nodes has a slice of edges. */
    private ChoiceTrie sortedByNode(int[][] paths) {
      Integer[] order = IntStream.range(0, edgeNodes.size()).boxed().toArray(Integer[]::new);
      Arrays.sort(order, Comparator.comparing(edgeNodes::get));
      int[] places = new int[order.length];
      for (int place = 0; place < order.length; place++) {
        places[order[place]] = place;
      }
      int[][] sortedPaths = new int[paths.length][];
      for (int choice = 0; choice < paths.length; choice++) {
        sortedPaths[choice] = Arrays.stream(paths[choice]).map(edge -> places[edge]).toArray();
      }
      return new ChoiceTrie(this, order, sortedPaths);
    }

    private int[] path(int[] choice, int index) {
      if (choice.length == 0) {
        throw new IllegalArgumentException(
            "Cannot score choice %s: it must have a token, got none".formatted(index));
      }
      int[] path = new int[choice.length];
      int node = 0;
      for (int i = 0; i < choice.length; i++) {
        int token = choice[i];
        int at = node;
        path[i] = edges.get(at).computeIfAbsent(token, t -> edge(at, t));
        if (i < choice.length - 1) {
          node = child(path[i]);
        }
      }
      return path;
    }

    private int child(int edge) {
      if (edgeChildren.get(edge) == NONE) {
        int node = edgeNodes.get(edge);
        edgeChildren.set(edge, node(edgeTokens.get(edge), node, depths.get(node) + 1));
      }
      return edgeChildren.get(edge);
    }

    private int edge(int node, int token) {
      edgeNodes.add(node);
      edgeTokens.add(token);
      edgeChildren.add(NONE);
      return edgeNodes.size() - 1;
    }

    private int node(int token, int parent, int depth) {
      tokens.add(token);
      parents.add(parent);
      depths.add(depth);
      edges.add(new HashMap<>());
      return tokens.size() - 1;
    }
  }
}
