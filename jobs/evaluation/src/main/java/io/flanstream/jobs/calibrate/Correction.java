package io.flanstream.jobs.calibrate;

import java.util.Arrays;

/**
 * Scale and offsets of evidence.
 *
 * @param scale above 0
 * @param offsets {@code [labels]}
 */
@SuppressWarnings("ArrayRecordComponent")
record Correction(double scale, double[] offsets) {

  /** None. */
  static Correction none(int labels) {
    return new Correction(1, new double[labels]);
  }

  /** A correction of scale 1 under which the labels rank as under this one. */
  Correction atScaleOne() {
    return new Correction(1, Arrays.stream(offsets).map(offset -> offset / scale).toArray());
  }

  double[] apply(double[] evidence) {
    double[] corrected = new double[evidence.length];
    for (int i = 0; i < corrected.length; i++) {
      corrected[i] = scale * evidence[i] + offsets[i];
    }
    return corrected;
  }
}
