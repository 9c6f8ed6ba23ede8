package io.flanstream.jobs.plan;

/**
 * What is asked of the model for each record.
 *
 * @param tokens tokens of the prompt
 * @param labels labels to choose from; 0 for no classification
 * @param labelTokens tokens of a label
 * @param newTokens tokens that are written; 0 for none
 */
public record Workload(int tokens, int labels, int labelTokens, int newTokens) {

  /** Checks the bounds. */
  public Workload {
    atLeast(1, tokens, "tokens");
    atLeast(0, labels, "labels");
    atLeast(1, labelTokens, "label tokens");
    atLeast(0, newTokens, "new tokens");
  }

  /**
   * Positions of the labels' token trie of which the model says what may follow: the most that
   * there can be, which is where no two labels begin alike.
   */
  public long triePositions() {
    return labels == 0 ? 0 : 1 + (long) labels * labelTokens;
  }

  private static void atLeast(int bound, int value, String name) {
    if (value < bound) {
      throw new IllegalArgumentException(
          "Cannot plan: %s must be at least %s, got %s".formatted(name, bound, value));
    }
  }
}
