package io.flanstream.model.task;

import io.flanstream.model.ChoiceScores;
import io.flanstream.model.Choices;
import java.io.Serializable;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * How the model's log-probabilities become scores of labels.
 *
 * @param normalization what is taken of a label's log-probability
 * @param calibration what corrects the scores; null where they stay as they are
 * @param scores which labels have one
 * @param maxUnknown the largest share of a text's characters, blanks aside, that the vocabulary may
 *     not know, 0 to 1; the task abstains from a text that has more
 */
public record Scoring(
    Normalization normalization, Calibration calibration, Scores scores, double maxUnknown)
    implements Serializable {
  /** However little the vocabulary knows of a text, it has a label. */
  public static final double ANY_UNKNOWN = 1;

  /** The log-probabilities as they are, without a calibration. */
  public static final Scoring USUAL = new Scoring(Normalization.SUM, null);

  /** Which labels have a score. */
  public enum Scores {
    /** All: a score is the label's probability among them. */
    ALL,
    /**
     * The winner and its runners-up, which are searched: a score is the label's probability among
     * all that the model could write, and no more than among the labels.
     */
    BEST
  }

  /** Scores of texts whatever the vocabulary knows of them. */
  public Scoring(Normalization normalization, Calibration calibration, Scores scores) {
    this(normalization, calibration, scores, ANY_UNKNOWN);
  }

  /** Scores of all labels. */
  public Scoring(Normalization normalization, Calibration calibration) {
    this(normalization, calibration, Scores.ALL);
  }

  /** What is taken of a label's log-probability, a sum over its tokens and the end token. */
  public enum Normalization {
    /** The sum: the label's probability. */
    SUM,
    /** The mean over its tokens, the end token among them: long labels lose nothing. */
    MEAN
  }

  /**
   * A label's evidence by its log-probability.
   *
   * @param logprobs natural-log probabilities, {@code [choices]}
   * @param choices what was scored
   * @return {@code [choices]}
   */
  double[] evidence(double[] logprobs, Choices choices) {
    return normalization == Normalization.SUM
        ? logprobs
        : IntStream.range(0, logprobs.length)
            .mapToDouble(i -> logprobs[i] / choices.trie().length(i))
            .toArray();
  }

  /** The same of all labels, without a calibration. */
  public Scoring raw() {
    return new Scoring(normalization, null, Scores.ALL, ANY_UNKNOWN);
  }

  /** Probabilities over evidence, which sum to 1. */
  static double[] softmax(double[] evidence) {
    return new ChoiceScores(evidence).probabilities();
  }

  /** Probabilities of log-odds, each by itself. */
  static double[] logistic(double[] logOdds) {
    return Arrays.stream(logOdds).map(value -> 1 / (1 + Math.exp(-value))).toArray();
  }
}
