package io.flanstream.model.decode;

/**
 * An answer in the making, as a path of tokens. Immutable and thread-safe.
 *
 * @param parent all but its last token; null at the start token
 * @param token its last token
 * @param logprob raw natural-log probability of that
 * @param score sum of the scores of all
 * @param length tokens after the start token
 */
public record Hypothesis(Hypothesis parent, int token, double logprob, double score, int length) {

  static Hypothesis start(int startId) {
    return new Hypothesis(null, startId, 0, 0, 0);
  }

  Hypothesis then(int next, double score, double logprob) {
    return new Hypothesis(this, next, logprob, score, length + 1);
  }

  /** Its tokens, the start token first, {@code [1 + length]}. */
  public int[] decoderIds() {
    int[] ids = new int[1 + length];
    for (Hypothesis at = this; at != null; at = at.parent) {
      ids[at.length] = at.token;
    }
    return ids;
  }

  /** Raw natural-log probability of each token after the start token, {@code [length]}. */
  public double[] logprobs() {
    double[] logprobs = new double[length];
    for (Hypothesis at = this; at.parent != null; at = at.parent) {
      logprobs[at.length - 1] = at.logprob;
    }
    return logprobs;
  }
}
