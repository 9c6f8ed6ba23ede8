package io.flanstream.model.task;

import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What corrects the scores of a classification: a label's evidence x, its log-probability or its
 * log-odds of yes, becomes {@code scale * x + offset} before the probabilities are taken. Frozen:
 * it never changes with what streams by. Immutable.
 *
 * <p>With a scale of 1 and offsets of minus the log of a prior these are contextual calibration
 * (Zhao et al. 2021, "Calibrate Before Use") and batch calibration (Zhou et al. 2024, "Batch
 * Calibration"); with both fitted to labelled texts it is bias-corrected temperature scaling
 * (Alexandari et al. 2020), or Platt scaling of a question with yes and no.
 *
 * @param scale factor of the evidence, above 0
 * @param offsets by name of label, one for each of the task's, finite
 * @param weights hash of the weights that it was made for; null where it is not said
 * @param task version of the task that it was made for, without a calibration; null where it is not
 *     said
 */
public record Calibration(double scale, Map<String, Double> offsets, String weights, String task)
    implements Serializable {

  /** Copies the offsets. */
  public Calibration {
    offsets = new LinkedHashMap<>(offsets);
  }

  /** Corrects evidence, {@code [labels]}, in the order of the labels. */
  double[] apply(double[] evidence, List<Label> labels) {
    double[] corrected = new double[evidence.length];
    for (int i = 0; i < corrected.length; i++) {
      corrected[i] = scale * evidence[i] + offsets.get(labels.get(i).name());
    }
    return corrected;
  }
}
