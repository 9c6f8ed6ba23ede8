package io.flanstream.jobs.bench;

import io.flanstream.model.batch.RuntimeMetric;

/**
 * A phase of the device's work.
 *
 * @param tokens positions that were computed, padding apart
 * @param seconds time that the device took for them
 * @param tokensPerSecond tokens over that time; 0 where there was none
 * @param cost time of a call over its tokens; null where there were too few calls to fit it
 */
public record PhaseFigures(long tokens, double seconds, double tokensPerSecond, CostFit cost) {

  static PhaseFigures of(
      RuntimeCounts counts, RuntimeMetric tokens, RuntimeMetric millis, CostFit cost) {
    return new PhaseFigures(
        counts.get(tokens), counts.get(millis) / 1e3, 1e3 * counts.ratio(tokens, millis), cost);
  }
}
