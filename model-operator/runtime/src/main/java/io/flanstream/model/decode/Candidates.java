package io.flanstream.model.decode;

/**
 * Tokens that may come next, the best score first, of equals the lower id.
 *
 * <p>A score is a logit after the logits processors, or a log-probability in a beam search. Not
 * thread-safe.
 */
public final class Candidates {
  private final int[] tokens;
  private final double[] scores;
  private final double[] logprobs;
  private int size;

  Candidates(int capacity) {
    this.tokens = new int[capacity];
    this.scores = new double[capacity];
    this.logprobs = new double[capacity];
  }

  /** Takes one more to its place; cheapest where those before it are better. */
  void add(int token, double score, double logprob) {
    int at = size++;
    while (at > 0 && isBetter(token, score, at - 1)) {
      tokens[at] = tokens[at - 1];
      scores[at] = scores[at - 1];
      logprobs[at] = logprobs[at - 1];
      at--;
    }
    tokens[at] = token;
    scores[at] = score;
    logprobs[at] = logprob;
  }

  private boolean isBetter(int token, double score, int other) {
    return score > scores[other] || (score == scores[other] && token < tokens[other]);
  }

  /** Keeps so many of the best. */
  void keep(int count) {
    size = Math.min(size, count);
  }

  /** How many there are. */
  public int size() {
    return size;
  }

  /** Token of the rank. */
  public int token(int rank) {
    return tokens[rank];
  }

  /** Score of the rank. */
  public double score(int rank) {
    return scores[rank];
  }

  /** Raw natural-log probability of the rank, among all tokens. */
  public double logprob(int rank) {
    return logprobs[rank];
  }
}
