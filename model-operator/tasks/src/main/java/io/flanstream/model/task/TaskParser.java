package io.flanstream.model.task;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.flanstream.model.task.ClassificationTask.MultiLabel;
import io.flanstream.model.task.ClassificationTask.OptionsListing;
import io.flanstream.model.task.Scoring.Normalization;
import io.flanstream.model.task.Scoring.Scores;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Reads task definitions, as the pipeline file and SQL write them, whole: every fault is reported
 * at once.
 *
 * <p>A task is an object with {@code name}, {@code type} ({@code classification}, {@code
 * extraction} or {@code generation}), {@code threshold} and {@code template}; a classification has
 * {@code question}, {@code labels}, {@code multi-label} ({@code off}, {@code threshold}, {@code
 * yes-no}), {@code options} ({@code listed}, {@code hidden}, {@code auto}), {@code alternatives},
 * {@code normalization} ({@code sum}, {@code mean}), {@code scores} ({@code all}, {@code best}),
 * {@code max-unknown-share} (a share, above which the task abstains) and {@code calibration}; an
 * extraction has {@code fields} and {@code fields-at-once}. A label or a field is its name, or an
 * object with {@code name}, {@code description} and {@code text}; a field also has {@code type}
 * ({@code text}, {@code enum}, {@code integer}, {@code decimal}, {@code date}), {@code locale} (a
 * language tag) and {@code choices}, and {@code values} ({@code one}, {@code many}). A calibration
 * is an object with {@code scale} and {@code offsets} by label, and {@code weights} and {@code
 * task}, what it was made for.
 *
 * <p>A masking has {@code fields} and {@code forms} ({@code email}, {@code iban}, {@code card},
 * {@code phone}). A generation has {@code answer-after} and what says how it writes, by the names
 * of Hugging Face's generation config. Each has {@code when}, a condition or a list of them: an
 * object with {@code task} and {@code labels}, {@code attribute} and {@code equals} or {@code in},
 * or {@code topic} or {@code topics}.
 *
 * <p>The first two have {@code examples}, which its prompts show: objects with {@code text} and
 * {@code label} or {@code labels}, or {@code fields}, values by name.
 */
public final class TaskParser {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder().disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES).build();
  private static final Set<String> CLASSIFICATION = TaskOption.names("classification");
  private static final Set<String> EXTRACTION = TaskOption.names("extraction");
  private static final Set<String> MASKING = TaskOption.names("masking");
  private static final Set<String> LABEL_EXAMPLE = TaskOption.names("label-example");
  private static final Set<String> FIELD_EXAMPLE = TaskOption.names("field-example");
  private static final Set<String> LABEL = TaskOption.names("label");
  private static final Set<String> FIELD = TaskOption.names("field");
  private static final Set<String> CALIBRATION = TaskOption.names("calibration");

  private TaskParser() {}

  /**
   * Reads tasks.
   *
   * @param tasks a list of maps, or what else Jackson turns into a JSON array of objects
   * @param path where the list is, for the faults: {@code tasks}
   * @return the tasks, or their faults
   */
  public static ParsedTasks parse(Object tasks, String path) {
    JsonNode json = tasks instanceof JsonNode tree ? tree : MAPPER.valueToTree(tasks);
    if (!json.isArray()) {
      String got = json.isNull() ? "nothing" : json.getNodeType().name();
      return new ParsedTasks(
          Optional.empty(), List.of(new TaskViolation(path, "must be a list of tasks", got)));
    }
    List<TaskViolation> faults = new ArrayList<>();
    List<TaskDefinition> definitions = new ArrayList<>();
    TaskRules rules = new TaskRules();
    for (int i = 0; i < json.size(); i++) {
      String taskPath = "%s[%s]".formatted(path, i);
      TaskViolations ofForm = new TaskViolations();
      Optional<TaskDefinition> task =
          json.get(i).isObject()
              ? task(new TaskMembers(json.get(i), taskPath, ofForm))
              : notATask(json.get(i), taskPath, ofForm);
      faults.addAll(ofForm.all());
      task.ifPresent(
          definition -> {
            definitions.add(definition);
            faults.addAll(ofForm.withoutFollowing(rules.check(definition, taskPath)));
          });
    }
    // A task that could not be read may be the one that another names.
    if (faults.isEmpty()) {
      faults.addAll(TaskReferences.faults(definitions, path));
    }
    if (json.isEmpty()) {
      faults.addAll(TaskRules.faults(definitions, path));
    }
    return new ParsedTasks(
        faults.isEmpty()
            ? Optional.of(new TaskSet(definitions, TaskSetVersion.of(definitions)))
            : Optional.empty(),
        List.copyOf(faults));
  }

  private static Optional<TaskDefinition> task(TaskMembers members) {
    String type = members.requiredText("type");
    switch (type) {
      case "classification" -> {
        members.allowOnly(CLASSIFICATION);
        return Optional.of(classification(members));
      }
      case "extraction" -> {
        members.allowOnly(EXTRACTION);
        return Optional.of(extraction(members));
      }
      case "generation" -> {
        return Optional.of(GenerationParser.task(members));
      }
      case "masking" -> {
        members.allowOnly(MASKING);
        return Optional.of(masking(members));
      }
      default -> {
        if (!type.isEmpty()) {
          members.fault(
              members.path() + ".type",
              "must be one of classification, extraction, generation, masking",
              type);
        }
        return Optional.empty();
      }
    }
  }

  private static ClassificationTask classification(TaskMembers members) {
    MultiLabel multiLabel = members.word("multi-label", MultiLabel.class).orElse(MultiLabel.OFF);
    String name = members.requiredText("name");
    String question = members.text("question").orElse(ClassificationTask.DEFAULT_QUESTION);
    List<Label> labels =
        members.named(
            "labels",
            LABEL,
            (label, own) ->
                new Label(
                    label,
                    textForm(label, own),
                    description(own),
                    own.number("threshold").orElse(null)));
    return ClassificationTask.builder(name, labels)
        .question(question)
        .multiLabel(multiLabel, members.number("threshold").orElse(multiLabel.defaultThreshold()))
        .options(members.word("options", OptionsListing.class).orElse(OptionsListing.AUTO))
        .alternatives(
            members.integer("alternatives").orElse(ClassificationTask.DEFAULT_ALTERNATIVES))
        .template(members.text("template").orElse(null))
        .scoring(
            new Scoring(
                members.word("normalization", Normalization.class).orElse(Normalization.SUM),
                members.object("calibration").map(TaskParser::calibration).orElse(null),
                members.word("scores", Scores.class).orElse(Scores.ALL),
                members.number("max-unknown-share").orElse(Scoring.ANY_UNKNOWN)))
        .examples(
            members.objects(
                "examples",
                LABEL_EXAMPLE,
                example ->
                    new LabelExample(
                        example.requiredText("text"), example.oneOrMore("label", "labels"))))
        .when(ConditionParser.conditions(members))
        .build();
  }

  private static Calibration calibration(TaskMembers members) {
    members.allowOnly(CALIBRATION);
    return new Calibration(
        members.number("scale").orElse(1.0),
        members.numbers("offsets"),
        members.text("weights").orElse(null),
        members.text("task").orElse(null));
  }

  /** A text may have any number of values to be masked. */
  private static MaskingTask masking(TaskMembers members) {
    return new MaskingTask(
        members.requiredText("name"),
        fields(members, Field.Values.MANY),
        members.has("forms")
            ? members.words("forms", CheckedForm.class)
            : List.of(CheckedForm.values()),
        members.number("threshold").orElse(0.0),
        members.text("template").orElse(null));
  }

  private static List<Field> fields(TaskMembers members, Field.Values values) {
    return members.named(
        "fields",
        FIELD,
        (name, field) ->
            new Field(
                name,
                textForm(name, field),
                description(field),
                field.word("type", Field.Type.class).orElse(Field.Type.TEXT),
                field.text("locale").map(Locale::forLanguageTag).orElse(Field.DEFAULT_LOCALE),
                field.texts("choices"),
                field.word("values", Field.Values.class).orElse(values)));
  }

  private static ExtractionTask extraction(TaskMembers members) {
    return new ExtractionTask(
        members.requiredText("name"),
        fields(members, Field.Values.ONE),
        members.bool("fields-at-once").orElse(false),
        members.number("threshold").orElse(0.0),
        members.text("template").orElse(null),
        members.objects(
            "examples",
            FIELD_EXAMPLE,
            example ->
                new FieldExample(example.requiredText("text"), example.textsByName("fields"))),
        ConditionParser.conditions(members));
  }

  private static String textForm(String name, TaskMembers members) {
    return members.text("text").orElseGet(() -> TextForm.of(name));
  }

  private static String description(TaskMembers members) {
    return members.text("description").orElse(null);
  }

  private static Optional<TaskDefinition> notATask(
      JsonNode json, String path, TaskViolations faults) {
    faults.add(new TaskViolation(path, "must be a task: an object", json.toString()));
    return Optional.empty();
  }
}
