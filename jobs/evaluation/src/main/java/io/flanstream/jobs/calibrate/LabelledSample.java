package io.flanstream.jobs.calibrate;

import java.util.List;

/**
 * Evidence of texts whose labels are known.
 *
 * @param link from evidence to probabilities
 * @param evidence {@code [texts][labels]}
 * @param targets the probability that each label should have, {@code [texts][labels]}
 */
@SuppressWarnings("ArrayRecordComponent")
record LabelledSample(Link link, double[][] evidence, double[][] targets) {

  int texts() {
    return evidence.length;
  }

  int labels() {
    return evidence[0].length;
  }

  LabelledSample subset(List<Integer> texts) {
    return new LabelledSample(
        link,
        texts.stream().map(i -> evidence[i]).toArray(double[][]::new),
        texts.stream().map(i -> targets[i]).toArray(double[][]::new));
  }

  /** Mean over the texts of the cross entropy of the targets, in nats. */
  double logLoss(Correction correction) {
    double sum = 0;
    for (int i = 0; i < texts(); i++) {
      sum += link.logLoss(correction.apply(evidence[i]), targets[i]);
    }
    return sum / texts();
  }

  /** How many answers are right, of all: the best label of a text, or each yes and no. */
  double accuracy(Correction correction) {
    double sum = 0;
    for (int i = 0; i < texts(); i++) {
      sum += link.accuracy(correction.apply(evidence[i]), targets[i]);
    }
    return sum / texts();
  }
}
