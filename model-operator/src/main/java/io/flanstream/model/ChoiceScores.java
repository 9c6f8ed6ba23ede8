package io.flanstream.model;

import java.util.Arrays;

/**
 * Scores of a set of choices after one prompt.
 *
 * @param logprobs natural-log probability of each choice, end token included, {@code [choices]},
 *     raw: not normalised over the choices
 */
@SuppressWarnings("ArrayRecordComponent")
public record ChoiceScores(double[] logprobs) {

  /**
   * Probabilities normalised over the choices: the softmax of the log-probabilities.
   *
   * @return {@code [choices]}, which sum to 1
   */
  public double[] probabilities() {
    double max = Arrays.stream(logprobs).max().orElseThrow();
    double[] exponentials = Arrays.stream(logprobs).map(value -> Math.exp(value - max)).toArray();
    double sum = Arrays.stream(exponentials).sum();
    return Arrays.stream(exponentials).map(value -> value / sum).toArray();
  }

  /** Index of the choice with the highest log-probability, the first one on a tie. */
  public int best() {
    int best = 0;
    for (int i = 1; i < logprobs.length; i++) {
      best = logprobs[i] > logprobs[best] ? i : best;
    }
    return best;
  }
}
