package io.flanstream.model.decode;

/** Log-probabilities among some neighbouring numbers of an array. */
public final class LogSoftmax {
  private LogSoftmax() {}

  /**
   * Replaces logits, or log-probabilities among more, by log-probabilities among themselves.
   *
   * @param values the numbers
   * @param from the first of them
   * @param to the end of them
   */
  public static void apply(float[] values, int from, int to) {
    double max = Double.NEGATIVE_INFINITY;
    for (int i = from; i < to; i++) {
      max = Math.max(max, values[i]);
    }
    double sum = 0;
    for (int i = from; i < to; i++) {
      sum += Math.exp(values[i] - max);
    }
    double total = max + Math.log(sum);
    for (int i = from; i < to; i++) {
      values[i] = (float) (values[i] - total);
    }
  }
}
