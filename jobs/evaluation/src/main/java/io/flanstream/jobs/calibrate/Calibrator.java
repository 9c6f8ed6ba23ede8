package io.flanstream.jobs.calibrate;

import io.flanstream.jobs.eval.LabelledText;
import io.flanstream.jobs.terminal.CommandException;
import io.flanstream.model.TextModel;
import io.flanstream.model.task.Calibration;
import io.flanstream.model.task.ClassificationTask;
import io.flanstream.model.task.ClassificationTask.MultiLabel;
import io.flanstream.model.task.Label;
import io.flanstream.model.task.TaskSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.IntStream;

/** Makes the calibration of one task from what the model thinks of some texts. */
public final class Calibrator {
  /** Texts that say nothing, of which Zhao et al. (2021) take the mean. */
  public static final List<String> CONTENT_FREE = List.of("N/A", "[MASK]", "");

  private static final int LEAST_LABELLED = 10;

  private final ClassificationTask task;
  private final Link link;

  /** Prepares for a task, with its calibration or without. */
  public Calibrator(ClassificationTask task) {
    this.task = task;
    this.link = task.multiLabel() == MultiLabel.YES_NO ? Link.LOGISTIC : Link.SOFTMAX;
  }

  /**
   * A calibration and what it is worth.
   *
   * @param method how it was made
   * @param calibration the calibration
   * @param texts number of texts that it was made from
   * @param ridge penalty of the offsets; empty where nothing was fitted
   * @param raw figures without it; empty where no text has labels
   * @param calibrated figures with it, of texts that it was not fitted to; empty where no text has
   *     labels
   */
  public record Result(
      CalibrationMethod method,
      Calibration calibration,
      int texts,
      OptionalDouble ridge,
      Optional<Figures> raw,
      Optional<Figures> calibrated) {}

  /** The task on whose scores a calibration is made. */
  public TaskSet rawTask() {
    return TaskSet.of(List.of(task.raw()));
  }

  /** Those of some texts that the task has labels for. */
  public List<LabelledText> withLabels(List<LabelledText> texts) {
    return texts.stream().filter(text -> !labels(text).isEmpty()).toList();
  }

  /**
   * Fits scale and offsets to labelled texts.
   *
   * @param texts the texts, each with a label of the task
   * @param scores by label, of each text, as the raw task gives them
   * @param model whose scores they are
   * @throws CommandException if they are too few
   */
  public Result labelled(
      List<LabelledText> texts, List<Map<String, Double>> scores, TextModel model) {
    if (texts.size() < LEAST_LABELLED) {
      throw new CommandException(
          "Cannot calibrate task %s: at least %s texts must have a label of it, got %s"
              .formatted(task.name(), LEAST_LABELLED, texts.size()));
    }
    checkEveryLabel(texts);
    LabelledSample sample = sample(texts, scores);
    CrossValidation validated = CrossValidation.of(sample);
    Correction correction =
        new Likelihood(sample, validated.ridge()).best(Correction.none(sample.labels()));
    return new Result(
        CalibrationMethod.LABELLED,
        calibration(correction, model),
        texts.size(),
        OptionalDouble.of(validated.ridge()),
        Optional.of(validated.raw()),
        Optional.of(validated.heldOut()));
  }

  /**
   * Takes the mean of the scores out of them.
   *
   * @param method {@link CalibrationMethod#BATCH} or {@link CalibrationMethod#CONTEXTUAL}
   * @param scores by label, of each text, as the raw task gives them
   * @param model whose scores they are
   */
  public Result unlabelled(
      CalibrationMethod method, List<Map<String, Double>> scores, TextModel model) {
    Correction correction = Priors.correction(link, evidence(scores));
    return new Result(
        method,
        calibration(correction, model),
        scores.size(),
        OptionalDouble.empty(),
        Optional.empty(),
        Optional.empty());
  }

  private LabelledSample sample(List<LabelledText> texts, List<Map<String, Double>> scores) {
    return new LabelledSample(
        link, evidence(scores), texts.stream().map(this::targets).toArray(double[][]::new));
  }

  /** What no text has says nothing about the others: its offset would be made up. */
  private void checkEveryLabel(List<LabelledText> texts) {
    List<String> missing =
        task.labels().stream()
            .map(Label::name)
            .filter(label -> texts.stream().noneMatch(text -> labels(text).contains(label)))
            .toList();
    if (!missing.isEmpty()) {
      throw new CommandException(
          "Cannot calibrate task %s: every label must have a text in the sample, got none of %s"
              .formatted(task.name(), String.join(", ", missing)));
    }
    List<String> everywhere =
        task.labels().stream()
            .map(Label::name)
            .filter(label -> texts.stream().allMatch(text -> labels(text).contains(label)))
            .toList();
    if (!everywhere.isEmpty()) {
      throw new CommandException(
          "Cannot calibrate task %s: every label must be wrong for a text of the sample, got %s for all"
              .formatted(task.name(), String.join(", ", everywhere)));
    }
  }

  /** One for each label that fits; where the labels are one distribution they share it. */
  private double[] targets(LabelledText text) {
    Set<String> gold = labels(text);
    double share = link == Link.SOFTMAX ? 1.0 / gold.size() : 1;
    return task.labels().stream()
        .mapToDouble(label -> gold.contains(label.name()) ? share : 0)
        .toArray();
  }

  private Set<String> labels(LabelledText text) {
    return text.gold().labels().getOrDefault(task.name(), Set.of());
  }

  private double[][] evidence(List<Map<String, Double>> scores) {
    return scores.stream()
        .map(
            of ->
                task.labels().stream()
                    .mapToDouble(label -> link.evidence(of.get(label.name())))
                    .toArray())
        .toArray(double[][]::new);
  }

  private Calibration calibration(Correction correction, TextModel model) {
    Map<String, Double> offsets = new LinkedHashMap<>();
    List<Label> labels = task.labels();
    IntStream.range(0, labels.size())
        .forEach(i -> offsets.put(labels.get(i).name(), correction.offsets()[i]));
    return new Calibration(
        correction.scale(), offsets, model.description().weightsHash(), rawTask().version());
  }
}
