package io.flanstream.model.decode;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenDrawTest {
  private static final double[] PROBABILITIES = {0.5, 0.25, 0.12, 0.08, 0.04, 0.009, 0.001};
  private static final int DRAWS = 200_000;

  /** What chi-square with six degrees of freedom exceeds once in 100,000 times. */
  private static final double BOUND = 33.1;

  private final Candidates candidates = new Candidates(PROBABILITIES.length);
  private final double[] logprobs = new double[PROBABILITIES.length];

  TokenDrawTest() {
    for (int i = 0; i < PROBABILITIES.length; i++) {
      logprobs[i] = Math.log(PROBABILITIES[i]);
      candidates.add(100 - 9 * i, logprobs[i], logprobs[i]);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 31})
  void frequenciesAreTheProbabilitiesOverSeedsPromptsAndPositions(int position) {
    int[] bySeed = new int[PROBABILITIES.length];
    int[] byPrompt = new int[PROBABILITIES.length];
    int[] byPosition = new int[PROBABILITIES.length];
    int[] prompt = {17, 4, 1};
    for (int i = 0; i < DRAWS; i++) {
      bySeed[new TokenDraw(i, prompt).rank(candidates, logprobs, position)]++;
      int[] other = {17, i, 1};
      byPrompt[new TokenDraw(position, other).rank(candidates, logprobs, 0)]++;
      byPosition[new TokenDraw(position, prompt).rank(candidates, logprobs, i)]++;
    }
    assertThat(chiSquare(bySeed)).isLessThan(BOUND);
    assertThat(chiSquare(byPrompt)).isLessThan(BOUND);
    assertThat(chiSquare(byPosition)).isLessThan(BOUND);
  }

  private static double chiSquare(int[] drawn) {
    double sum = 0;
    for (int i = 0; i < drawn.length; i++) {
      double expected = DRAWS * PROBABILITIES[i];
      sum += (drawn[i] - expected) * (drawn[i] - expected) / expected;
    }
    return sum;
  }
}
