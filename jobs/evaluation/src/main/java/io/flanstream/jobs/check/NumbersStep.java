package io.flanstream.jobs.check;

import io.flanstream.model.ModelSettings.DataType;
import io.flanstream.model.TextModel;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.DoubleStream;

/** Whether a model's numbers are those that it gives otherwise. */
final class NumbersStep {
  private static final double FLOAT32_BOUND = 1e-3;
  private static final double ROUNDED_BOUND = 0.25;

  private final DataType dtype;

  NumbersStep(DataType dtype) {
    this.dtype = dtype;
  }

  /** Against the same prompts one at a time: company must not matter. */
  CheckStep alone(TextModel model) {
    return compared(
        "model, in company and alone", Questions.together(model), Questions.alone(model));
  }

  /** Against another device. */
  CheckStep against(TextModel model, TextModel reference) {
    return compared(
        "model, device and CPU", Questions.together(model), Questions.together(reference));
  }

  private CheckStep compared(String name, List<double[]> seen, List<double[]> wanted) {
    double worst = 0;
    int others = 0;
    boolean finite = true;
    for (int i = 0; i < seen.size(); i++) {
      for (int label = 0; label < seen.get(i).length; label++) {
        worst = Math.max(worst, Math.abs(seen.get(i)[label] - wanted.get(i)[label]));
      }
      finite &= DoubleStream.of(seen.get(i)).allMatch(Double::isFinite);
      others += best(seen.get(i)) == best(wanted.get(i)) ? 0 : 1;
    }
    double bound = dtype == DataType.FLOAT32 ? FLOAT32_BOUND : ROUNDED_BOUND;
    String says =
        finite
            ? String.format(
                Locale.ROOT,
                "%s prompts of %s labels: log-probabilities are at most %.1e apart, must be below"
                    + " %s; %s have another best label",
                seen.size(),
                Questions.LABELS.size(),
                worst,
                bound,
                others)
            : "Scores are not finite: the weights, or the device's arithmetic, are broken";
    return CheckStep.of(
        name,
        finite && worst < bound,
        says,
        Map.of("worstDifference", worst, "otherBestLabels", (double) others));
  }

  private static int best(double[] scores) {
    int best = 0;
    for (int label = 1; label < scores.length; label++) {
      best = scores[label] > scores[best] ? label : best;
    }
    return best;
  }
}
