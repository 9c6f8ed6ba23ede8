package io.flanstream.jobs.bench;

import org.HdrHistogram.AbstractHistogram;

/**
 * How long answers took, from asking to the answer, in milliseconds.
 *
 * @param mean the mean
 * @param p50 half took at most so long
 * @param p90 nine in ten
 * @param p99 all but one in a hundred
 * @param p999 all but one in a thousand
 * @param max the longest
 */
public record LatencyFigures(
    double mean, double p50, double p90, double p99, double p999, double max) {

  static LatencyFigures of(AbstractHistogram micros) {
    return new LatencyFigures(
        micros.getMean() / 1e3,
        micros.getValueAtPercentile(50) / 1e3,
        micros.getValueAtPercentile(90) / 1e3,
        micros.getValueAtPercentile(99) / 1e3,
        micros.getValueAtPercentile(99.9) / 1e3,
        micros.getMaxValue() / 1e3);
  }
}
