package io.flanstream.model.device;

import java.util.Arrays;

/**
 * One position of every row of a decoder: what goes in, and what comes out.
 *
 * <p>Made once and filled anew at each step, so that a token costs no object. The arrays have at
 * least {@link #rows()} elements, and are others after {@link #resize}. Not thread-safe.
 */
public final class DecoderStep {
  private int rows;
  private int[] tokens = new int[0];
  private int[] positions = new int[0];
  private int[][] allowed = new int[0][];
  private boolean[] scored = new boolean[0];
  private int[] top = new int[0];
  private int[] written = new int[0];
  private float[] logprobs = new float[0];
  private float[] choiceLogprobs = new float[0];
  private float[][] allowedLogprobs = new float[0][];
  private int[][] topTokens = new int[0][];
  private float[][] topLogprobs = new float[0][];
  private float[] logNormalizers = new float[0];

  /**
   * Makes room for rows. No top tokens are wanted; what the other arrays hold is undefined.
   *
   * @param count rows of the next step
   */
  public void resize(int count) {
    rows = count;
    if (count > tokens.length) {
      int size = Math.max(count, 2 * tokens.length);
      tokens = new int[size];
      positions = new int[size];
      allowed = new int[size][];
      scored = new boolean[size];
      top = new int[size];
      written = new int[size];
      logprobs = new float[size];
      choiceLogprobs = new float[size];
      allowedLogprobs = new float[size][];
      topTokens = new int[size][];
      topLogprobs = new float[size][];
      logNormalizers = new float[size];
    }
    Arrays.fill(allowed, null);
    Arrays.fill(allowedLogprobs, null);
    Arrays.fill(top, 0);
    Arrays.fill(topTokens, null);
    Arrays.fill(topLogprobs, null);
  }

  /** Rows of this step. */
  public int rows() {
    return rows;
  }

  /** In: the token before, the start token at first, {@code [rows]}. */
  public int[] tokens() {
    return tokens;
  }

  /**
   * In: decoder position of that token, 0 for the start token, {@code [rows]}: at most one more
   * than the row's highest so far. What the row had at this position and above is forgotten.
   */
  public int[] positions() {
    return positions;
  }

  /** In: token ids that may be written, {@code [rows][]}, null for any. */
  public int[][] allowed() {
    return allowed;
  }

  /** In: whether the log-probabilities of all allowed tokens are wanted, {@code [rows]}. */
  public boolean[] scored() {
    return scored;
  }

  /**
   * In: how many of the most probable tokens are wanted, of all pieces and not only of those
   * allowed, {@code [rows]}; 0 for none.
   */
  public int[] top() {
    return top;
  }

  /** Out: the most probable allowed token, {@code [rows]}. */
  public int[] written() {
    return written;
  }

  /** Out: its natural-log probability among all tokens, {@code [rows]}. */
  public float[] logprobs() {
    return logprobs;
  }

  /** Out: its natural-log probability among the allowed tokens, {@code [rows]}. */
  public float[] choiceLogprobs() {
    return choiceLogprobs;
  }

  /**
   * Out: natural-log probability of each allowed token among all tokens, {@code [rows][allowed]};
   * null where not {@link #scored()}.
   */
  public float[][] allowedLogprobs() {
    return allowedLogprobs;
  }

  /**
   * Out: the most probable tokens, {@code [rows][at least top]}, or all pieces where there are not
   * so many; the most probable first, equals in any order; null where {@link #top()} is 0.
   */
  public int[][] topTokens() {
    return topTokens;
  }

  /** Out: their natural-log probabilities among all tokens, {@code [rows][at least top]}. */
  public float[][] topLogprobs() {
    return topLogprobs;
  }

  /**
   * Out: natural log of the sum of the exponentials of all logits, {@code [rows]}: a token's logit
   * is this and its log-probability. Undefined where {@link #top()} is 0.
   */
  public float[] logNormalizers() {
    return logNormalizers;
  }
}
