package io.flanstream.jobs.bench;

import io.flanstream.model.batch.RuntimeMetric;

/**
 * A phase of the device's work.
 *
 * @param tokens positions that were computed, padding apart
 * @param seconds time that the device took for them
 * @param tokensPerSecond tokens over that time; 0 where there was none
 */
public record PhaseFigures(long tokens, double seconds, double tokensPerSecond) {

  static PhaseFigures of(RuntimeCounts counts, RuntimeMetric tokens, RuntimeMetric millis) {
    return new PhaseFigures(
        counts.get(tokens), counts.get(millis) / 1e3, 1e3 * counts.ratio(tokens, millis));
  }
}
