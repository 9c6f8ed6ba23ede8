package io.flanstream.model.task;

import io.flanstream.model.task.ClassificationTask.MultiLabel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The rules that a task's examples keep. */
final class ExampleRules {
  private final String path;
  private final List<TaskViolation> faults = new ArrayList<>();

  private ExampleRules(String path) {
    this.path = path;
  }

  /** Faults of the examples of a classification under a path. */
  static List<TaskViolation> faults(ClassificationTask task, String path) {
    ExampleRules rules = new ExampleRules(path);
    List<String> known = task.labels().stream().map(Label::name).toList();
    for (int i = 0; i < task.examples().size(); i++) {
      LabelExample example = task.examples().get(i);
      rules.text(example.text(), i);
      if (task.multiLabel() != MultiLabel.YES_NO && example.labels().size() != 1) {
        rules.fault(
            i,
            "labels",
            "must be one label where the labels are scored together",
            example.labels().size());
      }
      for (String label : example.labels()) {
        if (!known.contains(label)) {
          rules.fault(i, "labels", "must be among the labels " + known, quoted(label));
        }
      }
    }
    return rules.faults;
  }

  /** Faults of the examples of an extraction under a path. */
  static List<TaskViolation> faults(ExtractionTask task, String path) {
    ExampleRules rules = new ExampleRules(path);
    Map<String, Field> known = new LinkedHashMap<>();
    task.fields().forEach(field -> known.put(field.name(), field));
    for (int i = 0; i < task.examples().size(); i++) {
      FieldExample example = task.examples().get(i);
      rules.text(example.text(), i);
      for (Map.Entry<String, String> value : example.values().entrySet()) {
        Field field = known.get(value.getKey());
        if (field == null) {
          rules.fault(
              i, "fields", "must be among the fields " + known.keySet(), quoted(value.getKey()));
        } else if (!stand(example.text(), values(field, value.getValue()))) {
          rules.fault(
              i, "fields." + value.getKey(), "must stand in the text", quoted(value.getValue()));
        }
      }
    }
    return rules.faults;
  }

  private static boolean stand(String text, List<String> values) {
    return values.stream().allMatch(value -> !value.isBlank() && text.contains(value));
  }

  private static List<String> values(Field field, String written) {
    return field.values() == Field.Values.ONE
        ? List.of(written)
        : Arrays.stream(written.split(PromptTemplates.BETWEEN, -1)).map(String::strip).toList();
  }

  private void text(String text, int index) {
    if (text.isBlank()) {
      fault(index, "text", "must not be blank", quoted(text));
    }
  }

  private void fault(int index, String member, String rule, Object value) {
    faults.add(
        new TaskViolation(
            "%s.examples[%s].%s".formatted(path, index, member), rule, String.valueOf(value)));
  }

  private static String quoted(String value) {
    return "\"" + value + "\"";
  }
}
