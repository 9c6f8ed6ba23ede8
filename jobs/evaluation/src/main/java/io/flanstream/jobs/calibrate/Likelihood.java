package io.flanstream.jobs.calibrate;

import java.util.Arrays;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.ArrayRealVector;
import org.hipparchus.linear.CholeskyDecomposition;
import org.hipparchus.linear.RealVector;

/**
 * The log loss of a sample by a correction, with a penalty of {@code ridge} times the sum of the
 * squared offsets: convex in the point, the scale and then the offsets.
 */
final class Likelihood {
  private static final double FLAT = 1e-8;
  private static final int MOST_STEPS = 100;
  private static final int MOST_HALVINGS = 40;

  private final LabelledSample sample;
  private final double ridge;

  Likelihood(LabelledSample sample, double ridge) {
    this.sample = sample;
    this.ridge = ridge;
  }

  /**
   * The correction that makes the sample most likely. One that puts every text right would be the
   * likelier the larger its scale: then the answers are those of this correction, and the scale is
   * 1.
   */
  Correction best(Correction from) {
    Correction likeliest = likeliest(from);
    return likeliest.scale() > 1 && sample.accuracy(likeliest) == 1
        ? likeliest.atScaleOne()
        : likeliest;
  }

  /** By Newton's method. */
  private Correction likeliest(Correction from) {
    RealVector point = new ArrayRealVector(point(from));
    for (int step = 0; step < MOST_STEPS; step++) {
      RealVector gradient = new ArrayRealVector(gradient(point.toArray()));
      if (gradient.getLInfNorm() < FLAT) {
        break;
      }
      RealVector newton =
          new CholeskyDecomposition(new Array2DRowRealMatrix(hessian(point.toArray())))
              .getSolver()
              .solve(gradient);
      RealVector next = lower(point, newton);
      if (next.equals(point)) {
        break;
      }
      point = next;
    }
    return correction(point.toArray());
  }

  /** The point after the longest of ever shorter steps that makes the value less, if one does. */
  private RealVector lower(RealVector point, RealVector step) {
    double value = value(point.toArray());
    double length = 1;
    for (int halving = 0; halving < MOST_HALVINGS; halving++, length /= 2) {
      RealVector next = point.subtract(step.mapMultiply(length));
      if (next.getEntry(0) > 0 && value(next.toArray()) < value) {
        return next;
      }
    }
    return point;
  }

  double value(double[] point) {
    Correction correction = correction(point);
    double penalty = Arrays.stream(correction.offsets()).map(x -> x * x).sum();
    return sample.logLoss(correction) + ridge * penalty;
  }

  double[] gradient(double[] point) {
    Correction correction = correction(point);
    double[] gradient = new double[point.length];
    for (int i = 0; i < sample.texts(); i++) {
      double[] evidence = sample.evidence()[i];
      double[] probabilities = sample.link().probabilities(correction.apply(evidence));
      for (int label = 0; label < evidence.length; label++) {
        double excess = (probabilities[label] - sample.targets()[i][label]) / sample.texts();
        gradient[0] += excess * evidence[label];
        gradient[1 + label] += excess;
      }
    }
    for (int i = 1; i < point.length; i++) {
      gradient[i] += 2 * ridge * point[i];
    }
    return gradient;
  }

  /** Second derivatives, {@code [1 + labels, 1 + labels]}. */
  double[][] hessian(double[] point) {
    Correction correction = correction(point);
    double[][] hessian = new double[point.length][point.length];
    for (double[] evidence : sample.evidence()) {
      addCurvature(hessian, evidence, sample.link().probabilities(correction.apply(evidence)));
    }
    for (int i = 1; i < point.length; i++) {
      hessian[i][0] = hessian[0][i];
      hessian[i][i] += 2 * ridge;
    }
    return hessian;
  }

  private void addCurvature(double[][] hessian, double[] evidence, double[] probabilities) {
    for (int i = 0; i < evidence.length; i++) {
      for (int j = 0; j < evidence.length; j++) {
        double curvature = sample.link().curvature(probabilities, i, j) / sample.texts();
        hessian[0][0] += curvature * evidence[i] * evidence[j];
        hessian[0][1 + i] += curvature * evidence[j];
        hessian[1 + i][1 + j] += curvature;
      }
    }
  }

  private static Correction correction(double[] point) {
    return new Correction(point[0], Arrays.copyOfRange(point, 1, point.length));
  }

  private static double[] point(Correction correction) {
    double[] point = new double[1 + correction.offsets().length];
    point[0] = correction.scale();
    System.arraycopy(correction.offsets(), 0, point, 1, correction.offsets().length);
    return point;
  }
}
