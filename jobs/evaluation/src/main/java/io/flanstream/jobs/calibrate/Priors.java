package io.flanstream.jobs.calibrate;

import java.util.Arrays;

/** Offsets that take what a model favours out of its scores. */
final class Priors {

  private Priors() {}

  /**
   * Offsets by which the mean of the probabilities counts for nothing.
   *
   * @param link from evidence to probabilities
   * @param evidence {@code [texts][labels]}
   * @return scale 1, and minus the evidence of each label's mean probability
   */
  static Correction correction(Link link, double[][] evidence) {
    double[] means = new double[evidence[0].length];
    for (double[] row : evidence) {
      double[] probabilities = link.probabilities(row);
      for (int label = 0; label < means.length; label++) {
        means[label] += probabilities[label] / evidence.length;
      }
    }
    return new Correction(1, Arrays.stream(means).map(mean -> -link.evidence(mean)).toArray());
  }
}
