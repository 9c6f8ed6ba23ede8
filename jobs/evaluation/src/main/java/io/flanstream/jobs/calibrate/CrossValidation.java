package io.flanstream.jobs.calibrate;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * The penalty under which texts are most likely that the correction was not fitted to.
 *
 * @param ridge the penalty
 * @param raw figures without a correction
 * @param heldOut figures of each part of the texts, by the correction fitted to the other parts
 */
record CrossValidation(double ridge, Figures raw, Figures heldOut) {
  /** The most parts of a sample. */
  static final int FOLDS = 10;

  private static final double[] RIDGES = {1e-1, 1e-2, 3e-3, 1e-3, 3e-4, 1e-4, 1e-5};
  private static final long SEED = 1;

  /**
   * Tries every penalty.
   *
   * @param sample at least two texts
   */
  static CrossValidation of(LabelledSample sample) {
    List<Integer> order = new ArrayList<>(IntStream.range(0, sample.texts()).boxed().toList());
    Collections.shuffle(order, new Random(SEED));
    int folds = Math.min(FOLDS, sample.texts());
    Figures[] sums = new Figures[RIDGES.length];
    for (int fold = 0; fold < folds; fold++) {
      int part = fold;
      LabelledSample held = sample.subset(select(order, position -> position % folds == part));
      LabelledSample rest = sample.subset(select(order, position -> position % folds != part));
      Correction correction = Correction.none(sample.labels());
      for (int i = 0; i < RIDGES.length; i++) {
        correction = new Likelihood(rest, RIDGES[i]).best(correction);
        Figures figures = Figures.of(held, correction).times(held.texts());
        sums[i] = sums[i] == null ? figures : sums[i].plus(figures);
      }
    }
    int best = best(sums);
    return new CrossValidation(
        RIDGES[best],
        Figures.of(sample, Correction.none(sample.labels())),
        sums[best].times(1.0 / sample.texts()));
  }

  private static int best(Figures[] sums) {
    return IntStream.range(0, sums.length)
        .reduce((a, b) -> sums[b].logLoss() < sums[a].logLoss() ? b : a)
        .orElseThrow();
  }

  private static List<Integer> select(List<Integer> order, IntPredicate positions) {
    return IntStream.range(0, order.size()).filter(positions).mapToObj(order::get).toList();
  }
}
