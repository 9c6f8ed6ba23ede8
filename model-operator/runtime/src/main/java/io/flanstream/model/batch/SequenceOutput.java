package io.flanstream.model.batch;

/**
 * Tokens that a decoder wrote.
 *
 * @param tokens token ids, the end token last where it was written
 * @param logprobs natural-log probability of each among all tokens
 * @param choiceLogprobs natural-log probability of each among those it was chosen from
 * @param ended whether the end token or a stop string was written
 */
@SuppressWarnings("ArrayRecordComponent")
public record SequenceOutput(
    int[] tokens, double[] logprobs, double[] choiceLogprobs, boolean ended) {}
