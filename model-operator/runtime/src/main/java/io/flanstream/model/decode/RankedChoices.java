package io.flanstream.model.decode;

/**
 * The most probable of a set of choices, the winner first.
 *
 * @param choices indices of the choices, {@code [ranks]}
 * @param logprobs natural-log probability of each, end token included, {@code [ranks]}, descending,
 *     raw: not normalised over the choices
 */
@SuppressWarnings("ArrayRecordComponent")
public record RankedChoices(int[] choices, double[] logprobs) {}
