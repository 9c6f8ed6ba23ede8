package io.flanstream.jobs.calibrate;

/**
 * How good scores are.
 *
 * @param accuracy how many answers are right, of all
 * @param logLoss mean cross entropy of a text's labels, in nats
 */
public record Figures(double accuracy, double logLoss) {

  static Figures of(LabelledSample sample, Correction correction) {
    return new Figures(sample.accuracy(correction), sample.logLoss(correction));
  }

  Figures plus(Figures other) {
    return new Figures(accuracy + other.accuracy, logLoss + other.logLoss);
  }

  Figures times(double factor) {
    return new Figures(accuracy * factor, logLoss * factor);
  }
}
