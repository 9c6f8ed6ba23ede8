package io.flanstream.model.batch;

import io.flanstream.model.device.DecoderStep;

/** A request that decodes. Not thread-safe. */
abstract sealed class Row permits GreedyRow, ChosenRow, RankingRow {
  private final Pending<?> pending;

  Row(Pending<?> pending) {
    this.pending = pending;
  }

  static Row of(Pending<?> pending) {
    if (!(pending.request() instanceof Request.Generate generate)) {
      return new RankingRow(pending, (Request.Rank) pending.request());
    }
    return generate.writing().deviceChooses()
        ? new GreedyRow(pending, generate)
        : new ChosenRow(pending, generate);
  }

  Pending<?> pending() {
    return pending;
  }

  /** Writes its input at a place in the step. */
  abstract void ask(DecoderStep step, int place);

  /**
   * Reads its output from a place in the step.
   *
   * @return whether it has come to its end
   */
  abstract boolean read(DecoderStep step, int place);

  /** Gives its answer. */
  abstract void answer();
}
