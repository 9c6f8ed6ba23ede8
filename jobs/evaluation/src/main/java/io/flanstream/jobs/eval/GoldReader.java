package io.flanstream.jobs.eval;

import com.fasterxml.jackson.databind.JsonNode;
import io.flanstream.jobs.terminal.CommandException;
import io.flanstream.model.task.ClassificationTask;
import io.flanstream.model.task.ClassificationTask.MultiLabel;
import io.flanstream.model.task.ExtractionTask;
import io.flanstream.model.task.Field;
import io.flanstream.model.task.GenerationTask;
import io.flanstream.model.task.Label;
import io.flanstream.model.task.MaskingTask;
import io.flanstream.model.task.TaskDefinition;
import io.flanstream.model.task.TaskSet;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads the right answers of a line, by the pipeline's tasks. */
final class GoldReader {
  private static final int SHOWN = 100;

  private final Map<String, TaskDefinition> tasks;
  private final OffsetUnit unit;

  /**
   * Reads answers to tasks.
   *
   * @param tasks the tasks
   * @param unit what offsets count
   */
  GoldReader(TaskSet tasks, OffsetUnit unit) {
    this.unit = unit;
    this.tasks =
        tasks.tasks().stream()
            .filter(task -> !(task instanceof MaskingTask))
            .collect(
                Collectors.toMap(
                    TaskDefinition::name, task -> task, (a, b) -> a, LinkedHashMap::new));
  }

  /**
   * Reads answers.
   *
   * @param json answers by task
   * @param text the text that they are about
   * @throws CommandException if one is none
   */
  Gold read(JsonNode json, String text) {
    check(
        json.isObject() && !json.isEmpty(),
        "gold",
        "must be an object with an answer for a task, got " + shown(json));
    Map<String, Set<String>> labels = new LinkedHashMap<>();
    Map<String, Set<GoldSpan>> spans = new LinkedHashMap<>();
    Map<String, List<String>> texts = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> answer : json.properties()) {
      String at = "gold." + answer.getKey();
      TaskDefinition task = tasks.get(answer.getKey());
      check(task != null, at, "must be one of the tasks " + tasks.keySet());
      if (task instanceof ClassificationTask classification) {
        labels.put(task.name(), labels(at, answer.getValue(), classification));
      } else if (task instanceof GenerationTask) {
        texts.put(task.name(), texts(at, answer.getValue()));
      } else {
        spans.put(task.name(), spans(at, answer.getValue(), (ExtractionTask) task, text));
      }
    }
    return new Gold(labels, spans, texts);
  }

  private static Set<String> labels(String at, JsonNode json, ClassificationTask task) {
    boolean several = task.multiLabel() != MultiLabel.OFF;
    if (json.isNull()) {
      return Set.of();
    }
    check(
        json.isValueNode() || (several && json.isArray()),
        at,
        "must be a label%s or null, got %s"
            .formatted(several ? ", a list of labels" : "", shown(json)));
    List<String> known = task.labels().stream().map(Label::name).toList();
    Set<String> labels = new LinkedHashSet<>();
    for (JsonNode label : json.isArray() ? json : List.of(json)) {
      // A label that is a number may be written as one, as in the pipeline file.
      check(
          label.isValueNode() && known.contains(label.asText()),
          at,
          "must be among the labels %s, got %s".formatted(known, shown(label)));
      labels.add(label.asText());
    }
    return labels;
  }

  private static List<String> texts(String at, JsonNode json) {
    List<JsonNode> texts = new ArrayList<>();
    (json.isArray() ? json : List.of(json)).forEach(texts::add);
    check(
        !texts.isEmpty() && texts.stream().allMatch(JsonNode::isTextual),
        at,
        "must be a text, or a list of texts that are all right, got " + shown(json));
    return texts.stream().map(JsonNode::textValue).toList();
  }

  private Set<GoldSpan> spans(String at, JsonNode json, ExtractionTask task, String text) {
    check(json.isArray(), at, "must be a list of {name, value, start, end}, got " + shown(json));
    List<String> known = task.fields().stream().map(Field::name).toList();
    Set<GoldSpan> spans = new LinkedHashSet<>();
    int next = 0;
    for (JsonNode field : json) {
      String here = "%s[%s]".formatted(at, next++);
      JsonNode name = field.path("name");
      check(
          name.isTextual() && known.contains(name.textValue()),
          here + ".name",
          "must be among the fields %s, got %s".formatted(known, shown(name)));
      spans.add(
          field.has("start") || field.has("end")
              ? placed(here, field, text)
              : found(here, field, text));
    }
    return spans;
  }

  /** A value with its offsets. */
  private GoldSpan placed(String at, JsonNode field, String text) {
    JsonNode start = field.path("start");
    JsonNode end = field.path("end");
    boolean counted = start.isInt() && end.isInt() && 0 <= start.intValue();
    int first = counted ? unit.codePoints(text, start.intValue()) : OffsetUnit.NONE;
    int last = counted && end.intValue() > 0 ? unit.codePoints(text, end.intValue()) : first;
    check(
        0 <= first && first < last,
        at,
        "must have start before end within the %s %s of the text, got %s and %s%s"
            .formatted(
                unit.length(text), unit.words(), shown(start), shown(end), otherUnit(field, text)));
    GoldSpan span = new GoldSpan(field.get("name").textValue(), first, last);
    String value =
        text.substring(
            text.offsetByCodePoints(0, span.start()), text.offsetByCodePoints(0, span.end()));
    check(
        !field.has("value") || value.equals(field.get("value").textValue()),
        at + ".value",
        "must be the text from start to end, counted in %s, which is \"%s\", got %s%s"
            .formatted(unit.words(), value, shown(field.path("value")), otherUnit(field, text)));
    return span;
  }

  /** What offsets count whose value says that they do not count code points. */
  private String otherUnit(JsonNode field, String text) {
    return OffsetUnit.of(
            text,
            field.path("start").asInt(-1),
            field.path("end").asInt(-1),
            field.path("value").asText())
        .filter(other -> other != unit)
        .map(
            other ->
                ": they count %s, which --offsets %s takes"
                    .formatted(other.words(), other.name().toLowerCase(Locale.ROOT)))
        .orElse("");
  }

  /** A value that the text has once. */
  private static GoldSpan found(String at, JsonNode field, String text) {
    JsonNode json = field.path("value");
    String value = json.isTextual() ? json.textValue() : "";
    int first = text.indexOf(value);
    check(
        !value.isEmpty() && first >= 0 && first == text.lastIndexOf(value),
        at + ".value",
        "must be in the text exactly once where start and end are left out, got " + shown(json));
    int start = text.codePointCount(0, first);
    return new GoldSpan(
        field.get("name").textValue(), start, start + value.codePointCount(0, value.length()));
  }

  /** A value as a message shows it. */
  static String shown(JsonNode json) {
    String text = json.isMissingNode() ? "nothing" : json.toString();
    return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
  }

  private static void check(boolean holds, String at, String rule) {
    if (!holds) {
      throw new CommandException(at + " " + rule);
    }
  }
}
