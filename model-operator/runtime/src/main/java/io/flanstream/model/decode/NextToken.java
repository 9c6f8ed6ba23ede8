package io.flanstream.model.decode;

import java.util.BitSet;
import java.util.Set;

/**
 * What must be known of a model's next token to have its best candidates after the logits
 * processors, and those candidates: few numbers of the many that a vocabulary has.
 *
 * <p>A processor changes the scores of few tokens, so the best after it are those changed and the
 * most probable of the others. Immutable and thread-safe.
 */
public final class NextToken {
  /** Wanted beyond the last: those equal to it belong to the best, too. */
  private static final int TIES = 8;

  private final LogitsProcessors processors;
  private final int[] penalized;
  private final BitSet banned;
  private final int wanted;

  /**
   * Looks at what is written.
   *
   * @param processors the logits processors
   * @param decoderIds what the decoder has, the start token first
   * @param endIds tokens that end the answer
   * @param count how many candidates are wanted at least
   */
  public NextToken(LogitsProcessors processors, int[] decoderIds, Set<Integer> endIds, int count) {
    this.processors = processors;
    this.penalized = processors.penalized(decoderIds);
    this.banned = processors.banned(decoderIds, endIds);
    this.wanted =
        (int)
            Math.min(
                Integer.MAX_VALUE, (long) count + TIES + penalized.length + banned.cardinality());
  }

  /** How many of the most probable tokens must be known. */
  public int wanted() {
    return wanted;
  }

  /** Tokens whose log-probabilities must be known besides, each once; may be none. */
  public int[] penalized() {
    return penalized;
  }

  /**
   * The best candidates.
   *
   * @param top the most probable tokens, the most probable first
   * @param topLogprobs their natural-log probabilities
   * @param penalizedLogprobs natural-log probabilities of {@link #penalized()}; not read where
   *     there is none
   * @param normalizer what makes a log-probability the score that is penalised: the logits'
   *     log-sum-exp, or 0 where the score is the log-probability
   * @return at least as many as were wanted, where the vocabulary has them
   */
  public Candidates candidates(
      int[] top, float[] topLogprobs, float[] penalizedLogprobs, double normalizer) {
    Candidates candidates = new Candidates(top.length + penalized.length);
    BitSet taken = (BitSet) banned.clone();
    for (int token : penalized) {
      taken.set(token);
    }
    for (int i = 0; i < top.length; i++) {
      if (!taken.get(top[i])) {
        candidates.add(top[i], topLogprobs[i] + normalizer, topLogprobs[i]);
      }
    }
    for (int i = 0; i < penalized.length; i++) {
      if (!banned.get(penalized[i])) {
        candidates.add(
            penalized[i],
            processors.penalized(penalizedLogprobs[i] + normalizer),
            penalizedLogprobs[i]);
      }
    }
    return candidates;
  }
}
