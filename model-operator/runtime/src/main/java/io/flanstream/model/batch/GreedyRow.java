package io.flanstream.model.batch;

import io.flanstream.model.decode.Constraint;
import io.flanstream.model.device.DecoderStep;

/** Text of which the device chooses each token. */
final class GreedyRow extends Row {
  private final Request.Generate request;
  private final Sequence transcript;
  private Constraint constraint;

  GreedyRow(InFlightRequest<?> pending, Request.Generate request) {
    super(pending);
    this.request = request;
    this.transcript = new Sequence(request.writing());
    this.constraint = request.writing().constraint().orElse(null);
  }

  @Override
  void ask(DecoderStep step, int place) {
    step.tokens()[place] = transcript.last();
    step.positions()[place] = transcript.count();
    step.allowed()[place] = constraint == null ? null : constraint.allowed();
    step.scored()[place] = false;
  }

  @Override
  boolean read(DecoderStep step, int place) {
    int token = step.written()[place];
    NotFiniteException.check(
        "log-probabilities of the token written",
        step.logprobs()[place],
        step.choiceLogprobs()[place]);
    transcript.add(token, step.logprobs()[place], step.choiceLogprobs()[place]);
    if (constraint != null && !transcript.isEnded()) {
      constraint = constraint.next(token);
    }
    return transcript.isComplete();
  }

  @Override
  void answer() {
    pending().answer(request, transcript.written());
  }
}
