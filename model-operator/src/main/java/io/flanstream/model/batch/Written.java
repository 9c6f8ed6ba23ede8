package io.flanstream.model.batch;

/**
 * Tokens that a decoder wrote.
 *
 * @param tokens token ids, the end token last where it was written
 * @param logprobs natural-log probability of each among all tokens
 * @param choiceLogprobs natural-log probability of each among those allowed
 * @param ended whether the end token was written
 */
@SuppressWarnings("ArrayRecordComponent")
public record Written(int[] tokens, double[] logprobs, double[] choiceLogprobs, boolean ended) {}
