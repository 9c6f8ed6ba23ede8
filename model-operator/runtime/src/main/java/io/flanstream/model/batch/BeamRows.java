package io.flanstream.model.batch;

import io.flanstream.model.decode.BeamSearch;
import io.flanstream.model.decode.Beams;
import io.flanstream.model.decode.Candidates;
import io.flanstream.model.decode.Hypothesis;
import io.flanstream.model.decode.NextToken;
import io.flanstream.model.device.DecoderStep;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The rows of one beam search, one for each beam. They join, step and leave together; a beam
 * without a hypothesis, as all but one are at first, takes its step for nothing. Not thread-safe.
 */
final class BeamRows {
  private final Request.Generate request;
  private final SequenceConfig writing;
  private final BeamSearch search;
  private final int[] places;
  private final NextToken[] next;
  private final Candidates[] candidates;
  private int position;
  private int read;

  private BeamRows(Request.Generate request, Beams beams) {
    this.request = request;
    this.writing = request.writing();
    this.search =
        new BeamSearch(
            beams,
            writing.maxNewTokens(),
            writing.startId(),
            hypothesis -> writing.endsAt(hypothesis.token(), hypothesis::decoderIds));
    this.places = new int[beams.count()];
    this.next = new NextToken[beams.count()];
    this.candidates = new Candidates[beams.count()];
  }

  static List<Row> of(InFlightRequest<?> pending, Request.Generate request, Beams beams) {
    BeamRows rows = new BeamRows(request, beams);
    return IntStream.range(0, beams.count())
        .<Row>mapToObj(beam -> new BeamRow(pending, rows, beam))
        .toList();
  }

  void ask(int beam, DecoderStep step, int place) {
    step.positions()[place] = position;
    if (beam >= search.running().size()) {
      step.tokens()[place] = writing.startId();
      step.allowed()[place] = null;
      step.scored()[place] = false;
      return;
    }
    Hypothesis hypothesis = search.running().get(beam);
    next[beam] =
        new NextToken(
            writing.processors(), hypothesis.decoderIds(), writing.endIds(), search.wanted());
    step.tokens()[place] = hypothesis.token();
    CandidateStep.ask(next[beam], step, place);
  }

  /** Whether the search is done, which the last of its rows finds. */
  boolean read(int beam, DecoderStep step, int place) {
    places[beam] = place;
    if (beam < search.running().size()) {
      candidates[beam] = CandidateStep.read(next[beam], step, place, 0);
    }
    if (++read < places.length) {
      return false;
    }
    read = 0;
    position++;
    search.advance(Arrays.asList(candidates).subList(0, search.running().size()));
    return search.isDone();
  }

  /** Place, at the last step, of the row whose cache a beam needs. */
  int parent(int beam, int place) {
    return beam < search.running().size() ? places[search.parent(beam)] : place;
  }

  void answer(InFlightRequest<?> pending) {
    Hypothesis best = search.best();
    int[] ids = best.decoderIds();
    pending.answer(
        request,
        new SequenceOutput(
            Arrays.copyOfRange(ids, 1, ids.length),
            best.logprobs(),
            best.logprobs(),
            writing.endsAt(best.token(), best::decoderIds)));
  }
}
