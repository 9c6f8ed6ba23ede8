package io.flanstream.model.decode;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/**
 * One beam search, step by step. Of equal candidates the one of the better beam goes first.
 *
 * <p>Not thread-safe.
 */
public final class BeamSearch {
  private final Beams beams;
  private final int maxNewTokens;
  private final Predicate<Hypothesis> ends;
  private final List<Hypothesis> running = new ArrayList<>();
  private final List<Finished> finished = new ArrayList<>();
  private int[] parents;
  private boolean done;

  /**
   * Starts with one beam, the others being the same.
   *
   * @param beams the settings
   * @param maxNewTokens the most tokens of an answer, the end token included
   * @param startId token with which the decoder starts
   * @param ends whether a hypothesis is an answer, shorter than the most
   */
  public BeamSearch(Beams beams, int maxNewTokens, int startId, Predicate<Hypothesis> ends) {
    this.beams = beams;
    this.maxNewTokens = maxNewTokens;
    this.ends = ends;
    running.add(Hypothesis.start(startId));
  }

  /** Candidates that each beam must give, where the vocabulary has them. */
  public int wanted() {
    return 2 * beams.count();
  }

  /** Hypotheses that go on, the best first; at most as many as there are beams. */
  public List<Hypothesis> running() {
    return running;
  }

  /** Which of the beams before the last step each running hypothesis came from. */
  public int parent(int beam) {
    return parents[beam];
  }

  /** Whether there is nothing left to search. */
  public boolean isDone() {
    return done;
  }

  /**
   * The best answer.
   *
   * @throws IllegalStateException if the search is not done
   */
  public Hypothesis best() {
    if (!done) {
      throw new IllegalStateException("Cannot answer: the search goes on");
    }
    return finished.get(0).hypothesis;
  }

  /**
   * Goes one token on.
   *
   * @param next candidates of each of {@link #running()}, by log-probability
   */
  public void advance(List<Candidates> next) {
    List<Continuation> best = best(next);
    running.clear();
    parents = new int[beams.count()];
    for (int rank = 0; rank < best.size(); rank++) {
      Hypothesis hypothesis = best.get(rank).hypothesis;
      boolean ended = hypothesis.length() == maxNewTokens || ends.test(hypothesis);
      if (ended && rank < beams.count()) {
        finished.add(new Finished(hypothesis, score(hypothesis, hypothesis.length())));
      } else if (!ended && running.size() < beams.count()) {
        parents[running.size()] = best.get(rank).parent;
        running.add(hypothesis);
      }
    }
    finished.sort(Comparator.comparingDouble((Finished one) -> one.score).reversed());
    while (finished.size() > beams.count()) {
      finished.remove(finished.size() - 1);
    }
    done = running.isEmpty() || (finished.size() == beams.count() && !mayImprove());
  }

  private List<Continuation> best(List<Candidates> next) {
    List<Continuation> all = new ArrayList<>();
    for (int beam = 0; beam < next.size(); beam++) {
      Hypothesis hypothesis = running.get(beam);
      Candidates candidates = next.get(beam);
      for (int rank = 0; rank < Math.min(wanted(), candidates.size()); rank++) {
        all.add(
            new Continuation(
                hypothesis.then(
                    candidates.token(rank),
                    hypothesis.score() + candidates.score(rank),
                    candidates.logprob(rank)),
                beam));
      }
    }
    all.sort(Comparator.comparingDouble((Continuation one) -> one.hypothesis.score()).reversed());
    return all.subList(0, Math.min(wanted(), all.size()));
  }

  private boolean mayImprove() {
    Hypothesis best = running.get(0);
    double worst = finished.get(finished.size() - 1).score;
    return switch (beams.earlyStopping()) {
      case TRUE -> false;
      case FALSE -> score(best, best.length()) > worst;
      case NEVER -> score(best, beams.lengthPenalty() > 0 ? maxNewTokens : best.length()) > worst;
    };
  }

  private double score(Hypothesis hypothesis, int length) {
    return hypothesis.score() / Math.pow(length, beams.lengthPenalty());
  }

  private record Continuation(Hypothesis hypothesis, int parent) {}

  private record Finished(Hypothesis hypothesis, double score) {}
}
