package io.flanstream.model.batch;

import io.flanstream.model.decode.ChoiceSearch;
import io.flanstream.model.decode.ChoiceTrie;
import io.flanstream.model.decode.LogSoftmax;
import io.flanstream.model.device.DecoderStep;
import java.util.Arrays;

/**
 * A best-first search over a trie of choices, one node a step.
 *
 * <p>The row's cache holds one path of the trie. To go on at a node of another path, what lies
 * below their last common node is written over.
 */
final class RankingRow extends Row {
  private final Request.Rank request;
  private final ChoiceTrie trie;
  private final ChoiceSearch search;
  private final int[] path;
  private int goal;
  private int node;

  RankingRow(InFlightRequest<?> pending, Request.Rank request) {
    super(pending);
    this.request = request;
    this.trie = request.trie();
    this.search = new ChoiceSearch(trie, request.count());
    this.path = new int[trie.positions()];
    Arrays.fill(path, ChoiceTrie.NONE);
    aim();
  }

  /** Sets out for the search's next node, from the first node on its path that is not cached. */
  private void aim() {
    goal = search.node();
    node = goal;
    int above = trie.parents()[node];
    while (above != ChoiceTrie.NONE && path[trie.depths()[above]] != above) {
      node = above;
      above = trie.parents()[node];
    }
  }

  @Override
  void ask(DecoderStep step, int place) {
    step.tokens()[place] = trie.tokens()[node];
    step.positions()[place] = trie.depths()[node];
    step.scored()[place] = node == goal;
    step.allowed()[place] =
        node == goal
            ? Arrays.copyOfRange(
                trie.edgeTokens(), trie.firstEdges()[node], trie.firstEdges()[node + 1])
            : null;
  }

  @Override
  boolean read(DecoderStep step, int place) {
    int depth = trie.depths()[node];
    path[depth] = node;
    Arrays.fill(path, depth + 1, path.length, ChoiceTrie.NONE);
    if (node == goal) {
      NotFiniteException.check("log-probabilities of choices", step.allowedLogprobs()[place]);
      search.expand(edges(step.allowedLogprobs()[place]));
      if (search.isDone()) {
        return true;
      }
    }
    aim();
    return false;
  }

  private float[] edges(float[] logprobs) {
    if (!trie.isAmongEdges()) {
      return logprobs;
    }
    float[] among = logprobs.clone();
    LogSoftmax.apply(among, 0, among.length);
    return among;
  }

  @Override
  void answer() {
    pending().answer(request, search.ranked());
  }
}
