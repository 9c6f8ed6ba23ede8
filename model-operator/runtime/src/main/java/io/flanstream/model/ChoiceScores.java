package io.flanstream.model;

import io.flanstream.model.decode.RankedChoices;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

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

  /** {@return the index of the choice with the highest log-probability, the first one on a tie} */
  public int best() {
    int best = 0;
    for (int i = 1; i < logprobs.length; i++) {
      best = logprobs[i] > logprobs[best] ? i : best;
    }
    return best;
  }

  /**
   * The most probable choices.
   *
   * @param count how many, the winner included; fewer where there are fewer
   * @return the winner first, of equals the one that the set names first
   */
  public RankedChoices ranked(int count) {
    int[] order =
        IntStream.range(0, logprobs.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -logprobs[i]))
            .limit(count)
            .mapToInt(Integer::intValue)
            .toArray();
    return new RankedChoices(order, Arrays.stream(order).mapToDouble(i -> logprobs[i]).toArray());
  }
}
