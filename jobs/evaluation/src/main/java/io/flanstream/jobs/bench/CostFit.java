package io.flanstream.jobs.bench;

import java.util.List;
import org.hipparchus.stat.regression.SimpleRegression;

/**
 * Time over tokens by least squares: a line, and a power, which is a line of their logarithms.
 *
 * @param points calls or batches that it was fitted to
 * @param fixedMillis milliseconds of the line where there are no tokens
 * @param microsPerToken microseconds of the line for each token
 * @param exponent power of the tokens with which time grows
 * @param exponentError its standard error
 */
public record CostFit(
    int points, double fixedMillis, double microsPerToken, double exponent, double exponentError) {
  private static final int FEWEST = 3;

  /**
   * Fits.
   *
   * @param costs what was measured
   * @return the fit; null where there are fewer than three points, or all have as many tokens
   */
  static CostFit of(List<Cost> costs) {
    SimpleRegression line = new SimpleRegression();
    SimpleRegression power = new SimpleRegression();
    for (Cost cost : costs) {
      line.addData(cost.tokens, cost.nanos);
      power.addData(Math.log(cost.tokens), Math.log(cost.nanos));
    }
    if (costs.size() < FEWEST || Double.isNaN(power.getSlope())) {
      return null;
    }
    return new CostFit(
        costs.size(),
        line.getIntercept() / 1e6,
        line.getSlope() / 1e3,
        power.getSlope(),
        power.getSlopeStdErr());
  }

  /**
   * A point.
   *
   * @param tokens tokens, above 0
   * @param nanos nanoseconds, above 0
   */
  record Cost(double tokens, double nanos) {}
}
