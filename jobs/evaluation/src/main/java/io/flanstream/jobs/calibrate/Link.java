package io.flanstream.jobs.calibrate;

import io.flanstream.model.ChoiceScores;
import java.util.Arrays;

/** From evidence to probabilities, and back. */
enum Link {
  /** One label of all: the softmax. */
  SOFTMAX {
    @Override
    double[] probabilities(double[] evidence) {
      return new ChoiceScores(evidence).probabilities();
    }

    @Override
    double evidence(double probability) {
      return Math.log(Math.max(probability, Double.MIN_NORMAL));
    }

    @Override
    double logLoss(double[] evidence, double[] targets) {
      double max = Arrays.stream(evidence).max().orElseThrow();
      double logSum = Math.log(Arrays.stream(evidence).map(x -> Math.exp(x - max)).sum()) + max;
      double loss = 0;
      for (int i = 0; i < evidence.length; i++) {
        loss += targets[i] * (logSum - evidence[i]);
      }
      return loss;
    }

    @Override
    double curvature(double[] probabilities, int i, int j) {
      return (i == j ? probabilities[i] : 0) - probabilities[i] * probabilities[j];
    }

    @Override
    double accuracy(double[] evidence, double[] targets) {
      int best = 0;
      for (int i = 1; i < evidence.length; i++) {
        best = evidence[i] > evidence[best] ? i : best;
      }
      return targets[best] > 0 ? 1 : 0;
    }
  },

  /** Yes or no for each label: the logistic function. */
  LOGISTIC {
    @Override
    double[] probabilities(double[] evidence) {
      return Arrays.stream(evidence).map(x -> 1 / (1 + Math.exp(-x))).toArray();
    }

    @Override
    double evidence(double probability) {
      double inside = Math.min(Math.max(probability, Double.MIN_NORMAL), 1 - 0x1p-53);
      return Math.log(inside) - Math.log1p(-inside);
    }

    @Override
    double logLoss(double[] evidence, double[] targets) {
      double loss = 0;
      for (int i = 0; i < evidence.length; i++) {
        double x = evidence[i];
        loss += Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))) - targets[i] * x;
      }
      return loss;
    }

    @Override
    double curvature(double[] probabilities, int i, int j) {
      return i == j ? probabilities[i] * (1 - probabilities[i]) : 0;
    }

    @Override
    double accuracy(double[] evidence, double[] targets) {
      int right = 0;
      for (int i = 0; i < evidence.length; i++) {
        right += evidence[i] > 0 == targets[i] > 0.5 ? 1 : 0;
      }
      return (double) right / evidence.length;
    }
  };

  /** Probabilities, {@code [labels]}. */
  abstract double[] probabilities(double[] evidence);

  /** What has a probability, but for what the link takes no notice of; finite. */
  abstract double evidence(double probability);

  /** Cross entropy of targets, in nats; its gradient is the probabilities less the targets. */
  abstract double logLoss(double[] evidence, double[] targets);

  /** Second derivative of the cross entropy by the evidence of two labels. */
  abstract double curvature(double[] probabilities, int i, int j);

  /** How many answers are right, of all. */
  abstract double accuracy(double[] evidence, double[] targets);
}
