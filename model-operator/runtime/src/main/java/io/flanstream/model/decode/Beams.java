package io.flanstream.model.decode;

/**
 * A beam search as Hugging Face's {@code generate} defines it (transformers, generation/utils.py,
 * {@code _beam_search}).
 *
 * @param count beams, at least 2
 * @param lengthPenalty power of an answer's length by which the sum of its scores is divided
 * @param earlyStopping when the search ends
 */
public record Beams(int count, double lengthPenalty, EarlyStopping earlyStopping)
    implements Strategy {

  /** When a beam search ends that has as many answers as beams. */
  public enum EarlyStopping {
    /** At once. */
    TRUE,
    /** Where the best beam, were it to end here, would not be better than the worst answer. */
    FALSE,
    /**
     * Where no beam can become better than the worst answer: one of the greatest length is taken
     * for possible, where length is rewarded.
     */
    NEVER
  }

  /** Checks the bounds. */
  public Beams {
    Bounds.check(count > 1, "num-beams", "be at least 2 for a beam search", count);
    Bounds.check(Double.isFinite(lengthPenalty), "length-penalty", "be finite", lengthPenalty);
  }
}
