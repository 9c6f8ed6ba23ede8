package io.flanstream.model.batch;

import io.flanstream.model.decode.Candidates;
import io.flanstream.model.decode.NextToken;
import io.flanstream.model.decode.Sampling;
import io.flanstream.model.decode.TokenDraw;
import io.flanstream.model.device.DecoderStep;

/** Text of which each token is chosen among the best candidates: the best, or one that is drawn. */
final class ChosenRow extends Row {
  private final Request.Generate request;
  private final SequenceConfig writing;
  private final Sequence transcript;
  private final Sampling sampling;
  private final TokenDraw draw;
  private NextToken next;

  ChosenRow(InFlightRequest<?> pending, Request.Generate request) {
    super(pending);
    this.request = request;
    this.writing = request.writing();
    this.transcript = new Sequence(writing);
    this.sampling = writing.strategy() instanceof Sampling asked ? asked : null;
    this.draw = sampling == null ? null : new TokenDraw(sampling.seed(), request.prompt());
  }

  @Override
  void ask(DecoderStep step, int place) {
    int wanted = sampling == null ? 1 : sampling.wanted();
    next = new NextToken(writing.processors(), transcript.decoderIds(), writing.endIds(), wanted);
    step.tokens()[place] = transcript.last();
    step.positions()[place] = transcript.count();
    CandidateStep.ask(next, step, place);
  }

  @Override
  boolean read(DecoderStep step, int place) {
    Candidates candidates = CandidateStep.read(next, step, place, step.logNormalizers()[place]);
    if (sampling == null) {
      transcript.add(candidates.token(0), candidates.logprob(0), candidates.logprob(0));
    } else {
      double[] distribution = sampling.distribution(candidates);
      int rank = draw.rank(candidates, distribution, transcript.count());
      transcript.add(candidates.token(rank), candidates.logprob(rank), distribution[rank]);
    }
    return transcript.isComplete();
  }

  @Override
  void answer() {
    pending().answer(request, transcript.written());
  }
}
