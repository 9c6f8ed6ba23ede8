package io.flanstream.model;

import java.util.Arrays;

/**
 * An answer that the model wrote.
 *
 * @param text the text, special tokens left out
 * @param tokenIds tokens without the start token, the end token last where it was written
 * @param logprobs raw natural-log probability of each token, {@code [tokens]}
 * @param choiceLogprobs natural-log probability of each token among those that were allowed at its
 *     step, or in the distribution that it was drawn from, {@code [tokens]}; the same as {@code
 *     logprobs} where nothing was constrained and nothing drawn
 * @param ended whether the end token or a stop string was written within the length bound
 */
@SuppressWarnings("ArrayRecordComponent")
public record GenerationOutput(
    String text, int[] tokenIds, double[] logprobs, double[] choiceLogprobs, boolean ended) {

  /** {@return the raw natural-log probability of the whole answer: the sum over its tokens} */
  public double logprob() {
    return Arrays.stream(logprobs).sum();
  }
}
