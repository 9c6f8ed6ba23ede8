package io.flanstream.model.task;

import io.flanstream.model.ModelException;
import io.flanstream.model.decode.RankedChoices;
import io.flanstream.schemas.Alternative;
import io.flanstream.schemas.Classification;
import java.util.Comparator;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** Scores of a task's labels, and what is accepted of them. */
record LabelScores(ClassificationTask task, List<Alternative> ranked) {

  /**
   * Ranks the labels, the first named first of two with one score.
   *
   * @param task the task
   * @param evidence for each label
   * @param probabilities of evidence
   */
  static LabelScores of(
      ClassificationTask task, double[] evidence, UnaryOperator<double[]> probabilities) {
    Calibration calibration = task.scoring().calibration();
    double[] raw = probabilities.apply(evidence);
    double[] scores =
        calibration == null ? raw : probabilities.apply(calibration.apply(evidence, task.labels()));
    IntStream.range(0, scores.length)
        .forEach(i -> checkFinite(task, task.labels().get(i), scores[i]));
    return new LabelScores(
        task,
        IntStream.range(0, scores.length)
            .mapToObj(
                i ->
                    new Alternative(
                        task.labels().get(i).name(),
                        scores[i],
                        calibration == null ? null : Double.valueOf(raw[i])))
            .sorted(Comparator.comparingDouble(Alternative::getScore).reversed())
            .toList());
  }

  /**
   * The best labels by their own probabilities.
   *
   * @param task the task
   * @param best the winner and its runners-up
   */
  static LabelScores of(ClassificationTask task, RankedChoices best) {
    return new LabelScores(
        task,
        IntStream.range(0, best.choices().length)
            .mapToObj(i -> found(task, best.choices()[i], Math.exp(best.logprobs()[i])))
            .toList());
  }

  private static Alternative found(ClassificationTask task, int label, double score) {
    checkFinite(task, task.labels().get(label), score);
    return new Alternative(task.labels().get(label).name(), score, null);
  }

  private static void checkFinite(ClassificationTask task, Label label, double score) {
    if (!Double.isFinite(score)) {
      throw new TaskFailure(
          TaskFailure.Stage.MODEL,
          ModelException.Code.NOT_FINITE.name(),
          "Cannot rank the labels of task %s: the score of %s must be a number, got %s"
              .formatted(task.name(), label.name(), score),
          null);
    }
  }

  /** A row for the best label, or that says that the task abstained. */
  TaskAnswer best() {
    return rows(ranked.stream().limit(1).filter(this::isAccepted).toList());
  }

  /** A row for each label that reaches its threshold, or one that says that the task abstained. */
  TaskAnswer accepted() {
    return rows(ranked.stream().filter(this::isAccepted).toList());
  }

  private boolean isAccepted(Alternative scored) {
    return task.labels().stream()
        .filter(label -> label.name().equals(scored.getLabel()))
        .allMatch(label -> scored.getScore() >= threshold(label));
  }

  private double threshold(Label label) {
    return label.threshold() == null ? task.threshold() : label.threshold();
  }

  private TaskAnswer rows(List<Alternative> accepted) {
    int last = accepted.isEmpty() ? 0 : ranked.indexOf(accepted.get(accepted.size() - 1)) + 1;
    int kept = Math.min(ranked.size(), Math.max(task.alternatives(), last));
    List<Alternative> alternatives = ranked.subList(0, kept);
    if (accepted.isEmpty()) {
      return TaskAnswer.of(
          List.of(
              new Classification(task.name(), null, ranked.get(0).getScore(), alternatives, true)));
    }
    return TaskAnswer.of(
        accepted.stream()
            .map(
                label ->
                    new Classification(
                        task.name(), label.getLabel(), label.getScore(), alternatives, false))
            .toList());
  }
}
