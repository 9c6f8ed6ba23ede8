package io.flanstream.model.batch;

import io.flanstream.model.decode.Candidates;
import io.flanstream.model.decode.NextToken;
import io.flanstream.model.device.DecoderStep;

/** Text of which each token is the best candidate after the logits processors. */
final class ChosenRow extends Row {
  private final Request.Generate request;
  private final Writing writing;
  private final Transcript transcript;
  private NextToken next;

  ChosenRow(Pending<?> pending, Request.Generate request) {
    super(pending);
    this.request = request;
    this.writing = request.writing();
    this.transcript = new Transcript(writing);
  }

  @Override
  void ask(DecoderStep step, int place) {
    next = new NextToken(writing.processors(), transcript.decoderIds(), writing.endId(), 1);
    step.tokens()[place] = transcript.last();
    step.positions()[place] = transcript.count();
    CandidateStep.ask(next, step, place);
  }

  @Override
  boolean read(DecoderStep step, int place) {
    Candidates candidates = CandidateStep.read(next, step, place, step.logNormalizers()[place]);
    transcript.add(candidates.token(0), candidates.logprob(0), candidates.logprob(0));
    return transcript.isComplete();
  }

  @Override
  void answer() {
    pending().answer(request, transcript.written());
  }
}
