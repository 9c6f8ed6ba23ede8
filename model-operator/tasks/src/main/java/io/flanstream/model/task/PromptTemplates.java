package io.flanstream.model.task;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The prompts of tasks, in the form that Flan models were trained on (Wei et al. 2021,
 * arXiv:2109.01652: {@code OPTIONS:} and a list).
 *
 * <p>A task's examples come before whatever the template says, each {@code Text: … Answer: …} with
 * the answer that this very prompt would get, parted by empty lines.
 *
 * <p>The shipped checkpoint was trained on exactly these strings; a change here is a change of that
 * contract.
 */
public final class PromptTemplates {
  /** The answer that says that the text has no value. */
  public static final String ABSENT = "unanswerable";

  /** What is between several values of a field. */
  public static final String BETWEEN = ";";

  /** The answers to a yes/no question, the affirmative one first. */
  public static final List<String> YES_NO = List.of("yes", "no");

  private static final String CLASSIFICATION = "{question}\n\nText: {text}\n\n{options}";
  private static final String FIELD = "{question}\n\nText: {text}";
  private static final String FIELDS = "{question}\n\nFields: {fields}\n\nText: {text}";

  private PromptTemplates() {}

  /**
   * Asks for the label that fits best.
   *
   * @param task a task that scores its labels together
   * @return the prompt, whose answers are the text forms of the labels
   */
  public static Prompt classification(ClassificationTask task) {
    List<String> lines =
        task.labels().stream().map(label -> described(label.text(), label.description())).toList();
    Map<String, String> texts =
        task.labels().stream().collect(Collectors.toMap(Label::name, Label::text));
    return template(task, CLASSIFICATION)
        .fill(
            Map.of(
                Template.QUESTION,
                task.question(),
                Template.OPTIONS,
                task.options().lists(lines.size()) ? options(lines) : ""))
        .after(
            examples(
                task.examples(),
                LabelExample::text,
                example -> texts.get(example.labels().get(0))));
  }

  /**
   * Asks whether one label fits.
   *
   * @param task a task that asks for each label by itself
   * @param label the label
   * @return the prompt, whose answers are {@link #YES_NO}
   */
  public static Prompt yesNo(ClassificationTask task, Label label) {
    Map<String, String> values = new HashMap<>();
    values.put(Template.QUESTION, hypothesis(label));
    values.put(Template.OPTIONS, options(YES_NO));
    values.put(Template.LABEL, label.text());
    values.put(Template.DESCRIPTION, orEmpty(label.description()));
    return template(task, CLASSIFICATION)
        .fill(values)
        .after(
            examples(
                task.examples(),
                LabelExample::text,
                example -> YES_NO.get(example.labels().contains(label.name()) ? 0 : 1)));
  }

  /**
   * Asks for one field.
   *
   * @param task a task that asks for each field by itself
   * @param field the field
   * @return the prompt, whose answer is a span of the text or {@link #ABSENT}; of a field with many
   *     values, such spans with {@link #BETWEEN} between them
   */
  public static Prompt field(ExtractionTask task, Field field) {
    Map<String, String> values = new HashMap<>();
    String several =
        field.values() == Field.Values.MANY
            ? " There may be several: write \"%s\" between them.".formatted(BETWEEN)
            : "";
    values.put(
        Template.QUESTION,
        "%s%s If the text does not say, answer %s.".formatted(question(field), several, ABSENT));
    values.put(Template.FIELD, field.text());
    values.put(Template.DESCRIPTION, orEmpty(field.description()));
    return template(task, FIELD)
        .fill(values)
        .after(
            examples(
                task.examples(),
                FieldExample::text,
                example -> example.values().getOrDefault(field.name(), ABSENT)));
  }

  /**
   * Asks for all fields at once.
   *
   * @param task a task that asks so
   * @return the prompt, whose answer is {@code field : value ; field : value}
   */
  public static Prompt fields(ExtractionTask task) {
    String fields =
        task.fields().stream()
            .map(field -> described(field.text(), field.description()))
            .collect(Collectors.joining("; "));
    return template(task, FIELDS)
        .fill(
            Map.of(
                Template.QUESTION,
                "Extract the fields, or answer %s.".formatted(ABSENT),
                Template.FIELDS,
                fields))
        .after(examples(task.examples(), FieldExample::text, example -> answer(task, example)));
  }

  /** {@code people : 4 ; date : unanswerable}. */
  private static String answer(ExtractionTask task, FieldExample example) {
    return task.fields().stream()
        .map(
            field ->
                "%s : %s"
                    .formatted(field.text(), example.values().getOrDefault(field.name(), ABSENT)))
        .collect(Collectors.joining(" ; "));
  }

  private static <E> String examples(
      List<E> examples, Function<E, String> text, Function<E, String> answer) {
    return examples.stream()
        .map(
            example ->
                "Text: %s\nAnswer: %s\n\n".formatted(text.apply(example), answer.apply(example)))
        .collect(Collectors.joining());
  }

  private static Template template(TaskDefinition task, String usual) {
    return new Template(task.template() == null ? usual : task.template());
  }

  private static String options(List<String> lines) {
    return "OPTIONS:\n- " + String.join("\n- ", lines);
  }

  private static String hypothesis(Label label) {
    if (label.description() == null) {
      return "Does the label \"%s\" fit the text?".formatted(label.text());
    }
    return label.description().endsWith("?")
        ? label.description()
        : "Does this describe the text: %s?".formatted(label.description());
  }

  private static String question(Field field) {
    if (field.description() == null) {
      return "What is the %s?".formatted(field.text());
    }
    return field.description().endsWith("?")
        ? field.description()
        : "What is the %s (%s)?".formatted(field.text(), field.description());
  }

  private static String described(String text, String description) {
    return description == null ? text : text + ": " + description;
  }

  private static String orEmpty(String description) {
    return description == null ? "" : description;
  }
}
