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

  /**
   * The same whose results keep every label with its score before any calibration; its version does
   * not change with what is made of the scores. It is asked of every text.
   */
  public ClassificationTask raw() {
    List<Label> all =
        labels.stream()
            .map(label -> new Label(label.name(), label.text(), label.description()))
            .toList();
    return builder(name, all)
        .question(question)
        .multiLabel(multiLabel, multiLabel == MultiLabel.OFF ? 0 : 0.5)
        .options(options)
        .alternatives(labels.size())
        .template(template)
        .scoring(scoring.raw())
        .examples(examples)
        .build();
  }

  /** A task that chooses one label and never abstains, all else as usual. */
  public static ClassificationTask of(String name, List<Label> labels) {
    return builder(name, labels).build();
  }

  /** A task with a way of accepting labels, all else as usual. */
  public static ClassificationTask of(
      String name, List<Label> labels, MultiLabel multiLabel, double threshold) {
    return builder(name, labels).multiLabel(multiLabel, threshold).build();
  }

  /** A task that chooses one label and never abstains, all else as usual unless it is set. */
  public static Builder builder(String name, List<Label> labels) {
    return new Builder(name, labels);
  }

  /** Sets what is not as usual. For one thread. */
  public static final class Builder {
    private final String name;
    private final List<Label> labels;
    private String question = DEFAULT_QUESTION;
    private MultiLabel multiLabel = MultiLabel.OFF;
    private double threshold;
    private OptionsListing options = OptionsListing.AUTO;
    private int alternatives = DEFAULT_ALTERNATIVES;
    private String template;
    private Scoring scoring = Scoring.USUAL;
    private List<LabelExample> examples = List.of();
    private List<Condition> when = List.of();

    private Builder(String name, List<Label> labels) {
      this.name = name;
      this.labels = labels;
    }

    /** What the prompt asks. */
    public Builder question(String asked) {
      this.question = asked;
      return this;
    }

    /** How several labels may be accepted, and from which score on. */
    public Builder multiLabel(MultiLabel way, double least) {
      this.multiLabel = way;
      this.threshold = least;
      return this;
    }

    /** Whether the prompt lists the labels. */
    public Builder options(OptionsListing listing) {
      this.options = listing;
      return this;
    }

    /** How many labels the results keep. */
    public Builder alternatives(int count) {
      this.alternatives = count;
      return this;
    }

    /** Prompt template in place of the usual one; null for the usual one. */
    public Builder template(String text) {
      this.template = text;
      return this;
    }

    /** How log-probabilities become scores. */
    public Builder scoring(Scoring other) {
      this.scoring = other;
      return this;
    }

    /** Texts with their labels, which the prompts show. */
    public Builder examples(List<LabelExample> shown) {
      this.examples = shown;
      return this;
    }

    /** What must hold of a record for the task to be asked. */
    public Builder when(List<Condition> conditions) {
      this.when = conditions;
      return this;
    }

    /** The task. */
    public ClassificationTask build() {
      return new ClassificationTask(
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
          when);
    }
  }
}
