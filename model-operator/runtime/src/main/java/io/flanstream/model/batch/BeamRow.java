package io.flanstream.model.batch;

import io.flanstream.model.device.DecoderStep;

/** One beam of a search: which hypothesis it goes on with may change at each step. */
final class BeamRow extends Row {
  private final BeamRows search;
  private final int beam;

  BeamRow(InFlightRequest<?> pending, BeamRows search, int beam) {
    super(pending);
    this.search = search;
    this.beam = beam;
  }

  @Override
  void ask(DecoderStep step, int place) {
    search.ask(beam, step, place);
  }

  @Override
  boolean read(DecoderStep step, int place) {
    return search.read(beam, step, place);
  }

  @Override
  int parent(int place) {
    return search.parent(beam, place);
  }

  @Override
  void answer() {
    search.answer(pending());
  }
}
