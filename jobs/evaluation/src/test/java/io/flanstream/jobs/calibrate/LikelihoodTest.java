package io.flanstream.jobs.calibrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LikelihoodTest {
  private static final int LABELS = 5;
  private static final Correction TRUE =
      new Correction(0.6, new double[] {0.8, -0.5, 0, 0.4, -0.7});

  @ParameterizedTest
  @EnumSource
  void theDerivativesAreThoseOfTheValue(Link link) {
    Likelihood likelihood = new Likelihood(sample(link, 40, 1), 0.01);
    double[] point = new Random(2).doubles(1 + LABELS, 0.1, 1).toArray();
    for (int i = 0; i < point.length; i++) {
      double[] after = point.clone();
      double[] before = point.clone();
      after[i] += 1e-5;
      before[i] -= 1e-5;
      assertThat(likelihood.gradient(point)[i])
          .isCloseTo((likelihood.value(after) - likelihood.value(before)) / 2e-5, within(1e-7));
      double[] second = new double[point.length];
      for (int j = 0; j < point.length; j++) {
        second[j] = (likelihood.gradient(after)[j] - likelihood.gradient(before)[j]) / 2e-5;
      }
      assertThat(likelihood.hessian(point)[i]).containsExactly(second, within(1e-7));
    }
  }

  /** Where a convex loss is flat, it is least. */
  @ParameterizedTest
  @EnumSource
  void theBestIsWhereTheLossIsFlat(Link link) {
    LabelledSample sample = sample(link, 500, 3);
    Likelihood likelihood = new Likelihood(sample, 1e-3);
    Correction best = likelihood.best(Correction.none(LABELS));
    double[] point =
        DoubleStream.concat(DoubleStream.of(best.scale()), DoubleStream.of(best.offsets()))
            .toArray();
    assertThat(likelihood.gradient(point)).containsExactly(new double[point.length], within(1e-7));
    assertThat(sample.logLoss(best)).isLessThan(sample.logLoss(Correction.none(LABELS)));
  }

  @ParameterizedTest
  @EnumSource
  void findsTheCorrectionThatMadeTheLabels(Link link) {
    CrossValidation validated = CrossValidation.of(sample(link, 4000, 4));
    Correction best =
        new Likelihood(sample(link, 4000, 4), validated.ridge()).best(Correction.none(LABELS));
    assertThat(best.scale()).isCloseTo(TRUE.scale(), within(0.05));
    assertThat(best.offsets()).containsExactly(TRUE.offsets(), within(0.2));
    assertThat(validated.heldOut().logLoss()).isLessThan(validated.raw().logLoss() - 0.05);
    Figures others = Figures.of(sample(link, 4000, 5), best);
    assertThat(validated.heldOut().logLoss()).isCloseTo(others.logLoss(), within(0.1));
  }

  /** What was fitted to the texts themselves would make them likelier. */
  @ParameterizedTest
  @EnumSource
  void figuresAreOfTextsThatItWasNotFittedTo(Link link) {
    LabelledSample right = sample(link, 30, 6, Correction.none(LABELS));
    CrossValidation validated = CrossValidation.of(right);
    double fitted =
        right.logLoss(new Likelihood(right, validated.ridge()).best(Correction.none(LABELS)));
    assertThat(validated.heldOut().logLoss()).isGreaterThan(fitted);
  }

  /** The likelihood would grow with the scale for ever. */
  @ParameterizedTest
  @EnumSource
  void aSampleWithoutMistakesLeavesTheScaleAlone(Link link) {
    double[][] evidence = new double[12][2];
    double[][] targets = new double[12][2];
    for (int i = 0; i < evidence.length; i++) {
      evidence[i] = new double[] {i % 2 == 0 ? 0.2 : -0.2, i % 2 == 0 ? -0.2 : 0.2};
      targets[i] = new double[] {1 - i % 2, i % 2};
    }
    LabelledSample sample = new LabelledSample(link, evidence, targets);

    Correction best =
        new Likelihood(sample, CrossValidation.of(sample).ridge()).best(Correction.none(2));

    assertThat(best.scale()).isEqualTo(1);
    assertThat(sample.accuracy(best)).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource
  void aPriorTakenOutLeavesTheLabelsEqual(Link link) {
    double[] evidence = new Random(7).doubles(LABELS, -3, 3).toArray();
    Correction correction = Priors.correction(link, new double[][] {evidence});
    double[] probabilities = link.probabilities(correction.apply(evidence));
    double[] equal = new double[LABELS];
    Arrays.fill(equal, probabilities[0]);
    assertThat(probabilities).containsExactly(equal, within(1e-12));
  }

  private static LabelledSample sample(Link link, int texts, long seed) {
    return sample(link, texts, seed, TRUE);
  }

  /** Labels drawn as the corrected evidence says. */
  private static LabelledSample sample(Link link, int texts, long seed, Correction truth) {
    Random random = new Random(seed);
    double[][] evidence =
        IntStream.range(0, texts)
            .mapToObj(i -> DoubleStream.generate(random::nextGaussian).limit(LABELS))
            .map(row -> row.map(x -> 3 * x).toArray())
            .toArray(double[][]::new);
    double[][] targets = new double[texts][LABELS];
    for (int i = 0; i < texts; i++) {
      double[] probabilities = link.probabilities(truth.apply(evidence[i]));
      double left = random.nextDouble();
      for (int label = 0; label < LABELS; label++) {
        boolean one = left >= 0 && left < probabilities[label];
        targets[i][label] = one ? 1 : 0;
        left = link == Link.SOFTMAX ? left - probabilities[label] : random.nextDouble();
      }
    }
    return new LabelledSample(link, evidence, targets);
  }
}
