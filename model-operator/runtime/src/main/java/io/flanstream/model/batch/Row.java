package io.flanstream.model.batch;

import io.flanstream.model.decode.Beams;
import io.flanstream.model.device.DecoderStep;
import java.util.List;

/** A row of the decoder, and what it is for. Not thread-safe. */
abstract sealed class Row permits GreedyRow, ChosenRow, BeamRow, RankingRow {
  private final InFlightRequest<?> pending;

  Row(InFlightRequest<?> pending) {
    this.pending = pending;
  }

  /** The rows that a request takes. */
  static List<Row> of(InFlightRequest<?> pending) {
    if (!(pending.request() instanceof Request.Generate generate)) {
      return List.of(new RankingRow(pending, (Request.Rank) pending.request()));
    }
    if (generate.writing().strategy() instanceof Beams beams) {
      return BeamRows.of(pending, generate, beams);
    }
    return List.of(
        generate.writing().deviceChooses()
            ? new GreedyRow(pending, generate)
            : new ChosenRow(pending, generate));
  }

  InFlightRequest<?> pending() {
    return pending;
  }

  /** Writes its input at a place in the step. */
  abstract void ask(DecoderStep step, int place);

  /**
   * Reads its output from a place in the step.
   *
   * @return whether its request has come to its end
   */
  abstract boolean read(DecoderStep step, int place);

  /**
   * The row whose cache it goes on from, once all have read.
   *
   * @param place its own place
   * @return that row's place, its own unless it is a beam
   */
  int parent(int place) {
    return place;
  }

  /** Gives its answer. */
  abstract void answer();
}
