package io.flanstream.model.batch;

import io.flanstream.model.decode.Candidates;
import io.flanstream.model.decode.NextToken;
import io.flanstream.model.device.DecoderStep;

/** Candidates for the next token of a row, by way of a decoder step. */
final class CandidateStep {
  private CandidateStep() {}

  /** Asks for what must be known of the next token. */
  static void ask(NextToken next, DecoderStep step, int place) {
    boolean penalizes = next.penalized().length > 0;
    step.allowed()[place] = penalizes ? next.penalized() : null;
    step.scored()[place] = penalizes;
    step.top()[place] = next.wanted();
  }

  /**
   * Reads the candidates.
   *
   * @param normalizer the row's where scores are logits, 0 where they are log-probabilities
   */
  static Candidates read(NextToken next, DecoderStep step, int place, double normalizer) {
    NotFiniteException.check("log-probabilities of the best tokens", step.topLogprobs()[place]);
    if (next.penalized().length > 0) {
      NotFiniteException.check("log-probabilities of tokens", step.allowedLogprobs()[place]);
    }
    return next.candidates(
        step.topTokens()[place],
        step.topLogprobs()[place],
        step.allowedLogprobs()[place],
        normalizer);
  }
}
