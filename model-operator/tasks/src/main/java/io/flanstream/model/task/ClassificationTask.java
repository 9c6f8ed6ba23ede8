package io.flanstream.model.task;

import java.util.List;

/**
 * Chooses among labels.
 *
 * @param name name of the task in the results
 * @param question what the prompt asks
 * @param labels the closed set
 * @param multiLabel how several labels may be accepted
 * @param threshold the least score that is accepted, 0 to 1
 * @param options whether the prompt lists the labels
 * @param alternatives how many labels the results keep, the best ones, at least 1
 * @param template prompt template in place of the usual one; null where none is given
 * @param scoring how log-probabilities become scores
 * @param examples texts with their labels, which the prompts show
 * @param when what must hold of a record for the task to be asked
 */
public record ClassificationTask(
    String name,
    String question,
    List<Label> labels,
    MultiLabel multiLabel,
    double threshold,
    OptionsListing options,
    int alternatives,
    String template,
    Scoring scoring,
    List<LabelExample> examples,
    List<Condition> when)
    implements TaskDefinition {
  /** What a prompt asks unless the task says otherwise. */
  public static final String DEFAULT_QUESTION = "Which label fits the text best?";

  /** How many labels the results keep unless the task says otherwise. */
  public static final int DEFAULT_ALTERNATIVES = 5;

  /** How several labels may be accepted. */
  public enum MultiLabel {
    /** One label or none. */
    OFF,
    /** One scoring of all labels; each at or over the threshold is accepted. */
    THRESHOLD,
    /** A question of its own for each label, answered by yes or no. */
    YES_NO;

    /** The threshold where the task gives none. */
    public double defaultThreshold() {
      return this == YES_NO ? 0.5 : 0;
    }
  }

  /** Whether a prompt lists the labels. */
  public enum OptionsListing {
    /** All of them. */
    LISTED,
    /** None of them. */
    HIDDEN,
    /** All of them where they are at most {@link #AUTO_LIMIT}, else none. */
    AUTO;

    /** The most labels that are listed without being asked for. */
    public static final int AUTO_LIMIT = 24;

    boolean lists(int labels) {
      return this == LISTED || (this == AUTO && labels <= AUTO_LIMIT);
    }
  }

  /** Copies the labels and the examples. */
  public ClassificationTask {
    labels = List.copyOf(labels);
    examples = List.copyOf(examples);
    when = List.copyOf(when);
  }

  @Override
  public int prompts() {
    return multiLabel == MultiLabel.YES_NO ? labels.size() : 1;
  }

  /** A task that is asked of every text. */
  public ClassificationTask(
      String name,
      String question,
      List<Label> labels,
      MultiLabel multiLabel,
      double threshold,
      OptionsListing options,
      int alternatives,
      String template,
      Scoring scoring,
      List<LabelExample> examples) {
    this(
        name,
        question,
        labels,
        multiLabel,
        threshold,
        options,
        alternatives,
        template,
        scoring,
        examples,
        List.of());
  }

  /** A task without examples. */
  public ClassificationTask(
      String name,
      String question,
      List<Label> labels,
      MultiLabel multiLabel,
      double threshold,
      OptionsListing options,
      int alternatives,
      String template,
      Scoring scoring) {
    this(
        name,
        question,
        labels,
        multiLabel,
        threshold,
        options,
        alternatives,
        template,
        scoring,
        List.of());
  }

  /**
   * The same whose results keep every label with its score before any calibration; its version does
   * not change with what is made of the scores.
   */
  public ClassificationTask raw() {
    return new ClassificationTask(
        name,
        question,
        labels.stream()
            .map(label -> new Label(label.name(), label.text(), label.description()))
            .toList(),
        multiLabel,
        multiLabel == MultiLabel.OFF ? 0 : 0.5,
        options,
        labels.size(),
        template,
        scoring.raw(),
        examples);
  }

  /** A task that chooses one label and never abstains, all else as usual. */
  public static ClassificationTask of(String name, List<Label> labels) {
    return of(name, labels, MultiLabel.OFF, 0);
  }

  /** A task with a way of accepting labels, all else as usual. */
  public static ClassificationTask of(
      String name, List<Label> labels, MultiLabel multiLabel, double threshold) {
    return new ClassificationTask(
        name,
        DEFAULT_QUESTION,
        labels,
        multiLabel,
        threshold,
        OptionsListing.AUTO,
        DEFAULT_ALTERNATIVES,
        null,
        Scoring.USUAL);
  }
}
