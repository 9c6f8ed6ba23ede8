package io.flanstream.jobs.eval;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Whether scores are what they say: of the answers with score 0.8, are 80 % right?
 *
 * @param error expected calibration error (Guo et al. 2017): the mean distance between score and
 *     accuracy of a bin, each weighted by its answers
 * @param answers number of answers
 * @param bins bins of equal width from 0 to 1
 */
record CalibrationError(double error, int answers, List<Bin> bins) {
  private static final int BINS = 10;

  /**
   * An answer.
   *
   * @param score its score, 0 to 1
   * @param right whether it is right
   */
  record Guess(double score, boolean right) {}

  /**
   * Answers of like scores.
   *
   * @param from the least score, included
   * @param to the greatest, not included but in the last bin
   * @param answers how many there are
   * @param score their mean score; 0 where there is none
   * @param accuracy how many of them are right; 0 where there is none
   */
  record Bin(double from, double to, int answers, double score, double accuracy) {

    private static Bin of(int index, List<Guess> guesses) {
      return new Bin(
          (double) index / BINS,
          (double) (index + 1) / BINS,
          guesses.size(),
          guesses.stream().mapToDouble(Guess::score).average().orElse(0),
          Measure.ratio((int) guesses.stream().filter(Guess::right).count(), guesses.size()));
    }
  }

  static CalibrationError of(List<Guess> guesses) {
    List<Bin> bins =
        IntStream.range(0, BINS)
            .mapToObj(
                index ->
                    Bin.of(index, guesses.stream().filter(guess -> index(guess) == index).toList()))
            .toList();
    double error =
        bins.stream()
            .mapToDouble(bin -> bin.answers() * Math.abs(bin.accuracy() - bin.score()))
            .sum();
    return new CalibrationError(
        guesses.isEmpty() ? 0 : error / guesses.size(), guesses.size(), bins);
  }

  private static int index(Guess guess) {
    return Math.min(BINS - 1, (int) (guess.score() * BINS));
  }
}
