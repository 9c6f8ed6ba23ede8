package io.flanstream.model.decode;

import java.util.Arrays;
import java.util.PriorityQueue;

/**
 * Best-first search for the most probable choices of a trie: A* with the prefix's own
 * log-probability as the bound.
 *
 * <p>A choice is never more probable than any of its prefixes, so the bound is admissible: a choice
 * that is ahead of all prefixes not yet followed is the next best. Of equals, one that is found
 * goes before one that may be found, and then the one that the set names first. Not thread-safe.
 */
public final class ChoiceSearch {
  private final ChoiceTrie trie;
  private final PriorityQueue<Found> frontier = new PriorityQueue<>();
  private final int[] choices;
  private final double[] logprobs;
  private int ranks;
  private int expanded;

  /**
   * Starts at the root.
   *
   * @param trie the choices
   * @param count how many to find, the winner included, at least 1
   */
  public ChoiceSearch(ChoiceTrie trie, int count) {
    this.trie = trie;
    this.choices = new int[Math.min(count, trie.choices())];
    this.logprobs = new double[choices.length];
    frontier.add(new Found(0, 0, ChoiceTrie.NONE));
  }

  /** Whether all are found. */
  public boolean isDone() {
    return ranks == choices.length;
  }

  /**
   * The node whose edges must be scored next: the end of the most probable prefix.
   *
   * @throws IllegalStateException if all are found
   */
  public int node() {
    if (isDone()) {
      throw new IllegalStateException("Cannot search on: all " + ranks + " choices are found");
    }
    return frontier.peek().node;
  }

  /**
   * Goes on from the log-probabilities of the edges of {@link #node()}.
   *
   * @param edgeLogprobs natural-log probability of each, in the trie's order, {@code [edges]}
   */
  public void expand(float[] edgeLogprobs) {
    Found prefix = frontier.poll();
    expanded++;
    int first = trie.firstEdges()[prefix.node];
    int end = trie.firstEdges()[prefix.node + 1];
    for (int edge = first; edge < end; edge++) {
      double logprob = prefix.logprob + edgeLogprobs[edge - first];
      if (trie.edgeChoices()[edge] != ChoiceTrie.NONE) {
        frontier.add(new Found(logprob, ChoiceTrie.NONE, trie.edgeChoices()[edge]));
      }
      if (trie.edgeChildren()[edge] != ChoiceTrie.NONE) {
        frontier.add(new Found(logprob, trie.edgeChildren()[edge], ChoiceTrie.NONE));
      }
    }
    while (!isDone() && frontier.peek().choice != ChoiceTrie.NONE) {
      Found next = frontier.poll();
      choices[ranks] = next.choice;
      logprobs[ranks++] = next.logprob;
    }
  }

  /** Nodes that were scored so far. */
  public int expanded() {
    return expanded;
  }

  /** What was found so far. */
  public RankedChoices ranked() {
    return new RankedChoices(Arrays.copyOf(choices, ranks), Arrays.copyOf(logprobs, ranks));
  }

  /** A prefix that ends at a node, or a choice. */
  private record Found(double logprob, int node, int choice) implements Comparable<Found> {
    @Override
    public int compareTo(Found other) {
      int order = Double.compare(other.logprob, logprob);
      return order != 0 ? order : Integer.compare(rank(), other.rank());
    }

    private int rank() {
      return choice == ChoiceTrie.NONE ? Integer.MAX_VALUE : choice;
    }
  }
}
