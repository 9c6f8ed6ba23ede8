package io.flanstream.model.task;

import io.flanstream.model.task.ClassificationTask.MultiLabel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The rules that task definitions keep, whatever they were read from. */
final class TaskRules {
  private final List<TaskViolation> faults = new ArrayList<>();
  private final Map<String, String> taskPaths = new HashMap<>();

  /** All faults of the tasks under a path. */
  static List<TaskViolation> faults(List<TaskDefinition> tasks, String path) {
    TaskRules rules = new TaskRules();
    if (tasks.isEmpty()) {
      rules.fault(path, "must have at least one task", "none");
    }
    for (int i = 0; i < tasks.size(); i++) {
      rules.checkTask(tasks.get(i), "%s[%s]".formatted(path, i));
    }
    return List.copyOf(rules.faults);
  }

  /** Faults of one task; its name is checked against those of the tasks checked before. */
  List<TaskViolation> check(TaskDefinition task, String path) {
    faults.clear();
    checkTask(task, path);
    return List.copyOf(faults);
  }

  private void checkTask(TaskDefinition task, String path) {
    distinct(task.name(), path + ".name", taskPaths);
    if (task instanceof ClassificationTask classification) {
      check(classification, path);
    } else if (task instanceof ExtractionTask extraction) {
      check(extraction, path);
    } else if (task instanceof MaskingTask masking) {
      faults.addAll(MaskingRules.faults(masking, path));
      if (!masking.fields().isEmpty()) {
        check(masking.finding(), path);
      }
    } else if (task instanceof GenerationTask generation) {
      faults.addAll(GenerationRules.faults(generation, path));
    }
  }

  private void check(ClassificationTask task, String path) {
    boolean yesNo = task.multiLabel() == MultiLabel.YES_NO;
    int least = yesNo ? 1 : 2;
    if (task.labels().size() < least) {
      fault(
          path + ".labels",
          "must have at least %s label%s".formatted(least, yesNo ? "" : "s"),
          task.labels().size());
    }
    Map<String, String> names = new HashMap<>();
    Map<String, String> texts = new HashMap<>();
    for (int i = 0; i < task.labels().size(); i++) {
      String labelPath = "%s.labels[%s]".formatted(path, i);
      Label label = task.labels().get(i);
      if (distinct(label.name(), labelPath + ".name", names)) {
        distinct(label.text(), labelPath + ".text", texts);
      }
      described(label.description(), labelPath);
      if (label.threshold() != null) {
        ofLabel(task, label.threshold(), labelPath);
      }
    }
    if (task.question().isBlank()) {
      fault(path + ".question", "must not be blank", quoted(task.question()));
    }
    threshold(task.threshold(), path);
    if (task.multiLabel() != MultiLabel.OFF && task.threshold() == 0) {
      fault(path + ".threshold", "must be above 0 where a text may have several labels", 0.0);
    }
    if (task.alternatives() < 1) {
      fault(path + ".alternatives", "must be at least 1", task.alternatives());
    }
    double unknown = task.scoring().maxUnknown();
    if (!(unknown >= 0 && unknown <= 1)) {
      fault(path + ".max-unknown-share", "must be between 0 and 1", unknown);
    }
    if (task.scoring().calibration() != null) {
      check(task.scoring().calibration(), names.keySet(), path + ".calibration");
      madeFor(task, path + ".calibration.task");
    }
    if (task.scoring().scores() == Scoring.Scores.BEST) {
      searched(task, path);
    }
    faults.addAll(ExampleRules.faults(task, path));
    template(
        task,
        path,
        yesNo
            ? Set.of(
                Template.QUESTION,
                Template.TEXT,
                Template.OPTIONS,
                Template.LABEL,
                Template.DESCRIPTION)
            : Set.of(Template.QUESTION, Template.TEXT, Template.OPTIONS));
  }

  private void ofLabel(ClassificationTask task, double threshold, String path) {
    threshold(threshold, path);
    if (task.multiLabel() != MultiLabel.OFF && threshold == 0) {
      fault(path + ".threshold", "must be above 0 where a text may have several labels", 0.0);
    }
    if (task.scoring().scores() == Scoring.Scores.BEST && threshold > 0) {
      fault(path + ".threshold", "must be 0 where scores are of the best labels alone", threshold);
    }
  }

  /** What needs the scores of all labels is lost where the best alone are searched. */
  private void searched(ClassificationTask task, String path) {
    String why = " where scores are of the best labels alone";
    if (task.multiLabel() != MultiLabel.OFF) {
      fault(path + ".multi-label", "must be off" + why, ConstantNames.of(task.multiLabel()));
    }
    if (task.threshold() > 0) {
      fault(path + ".threshold", "must be 0" + why, task.threshold());
    }
    if (task.scoring().normalization() != Scoring.Normalization.SUM) {
      fault(
          path + ".normalization",
          "must be sum" + why,
          ConstantNames.of(task.scoring().normalization()));
    }
    if (task.scoring().calibration() != null) {
      fault(path + ".calibration", "must not be given" + why, "one");
    }
  }

  private void check(Calibration calibration, Set<String> labels, String path) {
    if (!(calibration.scale() > 0 && Double.isFinite(calibration.scale()))) {
      fault(path + ".scale", "must be above 0", calibration.scale());
    }
    calibration
        .offsets()
        .forEach(
            (label, offset) -> {
              if (!labels.contains(label)) {
                fault(path + ".offsets", "must be of labels of the task", quoted(label));
              } else if (!Double.isFinite(offset)) {
                fault(path + ".offsets." + label, "must be a finite number", offset);
              }
            });
    labels.stream()
        .filter(label -> !calibration.offsets().containsKey(label))
        .forEach(label -> fault(path + ".offsets", "must have every label", "no " + quoted(label)));
  }

  private void madeFor(ClassificationTask task, String path) {
    String version = TaskSetVersion.of(List.of(task.raw()));
    String calibrated = task.scoring().calibration().task();
    if (calibrated != null && !calibrated.equals(version)) {
      fault(
          path,
          "must be this task as it is now, %s: make the calibration again with flanstream calibrate"
              .formatted(version),
          calibrated);
    }
  }

  private void check(ExtractionTask task, String path) {
    if (task.fields().isEmpty()) {
      fault(path + ".fields", "must have at least 1 field", 0);
    }
    Map<String, String> names = new HashMap<>();
    Map<String, String> texts = new HashMap<>();
    for (int i = 0; i < task.fields().size(); i++) {
      String fieldPath = "%s.fields[%s]".formatted(path, i);
      Field field = task.fields().get(i);
      if (distinct(field.name(), fieldPath + ".name", names)) {
        distinct(field.text(), fieldPath + ".text", texts);
      }
      described(field.description(), fieldPath);
      typed(field, fieldPath);
      if (task.fieldsAtOnce() && field.values() == Field.Values.MANY) {
        fault(fieldPath + ".values", "must be one where one prompt asks for all fields", "many");
      }
    }
    threshold(task.threshold(), path);
    faults.addAll(ExampleRules.faults(task, path));
    template(
        task,
        path,
        task.fieldsAtOnce()
            ? Set.of(Template.QUESTION, Template.TEXT, Template.FIELDS)
            : Set.of(Template.QUESTION, Template.TEXT, Template.FIELD, Template.DESCRIPTION));
  }

  private void typed(Field field, String path) {
    boolean chooses = field.type() == Field.Type.ENUM;
    if (chooses == field.choices().isEmpty()) {
      fault(
          path + ".choices",
          chooses ? "must have at least 1 choice" : "must be given for an enum alone",
          field.choices().size());
    }
    Map<String, String> forms = new HashMap<>();
    for (int i = 0; i < field.choices().size(); i++) {
      distinct(TextForm.of(field.choices().get(i)), "%s.choices[%s]".formatted(path, i), forms);
    }
    if (field.type().isLocalized()
        && !List.of(Locale.getAvailableLocales()).contains(field.locale())) {
      fault(
          path + ".locale",
          "must be a language tag that Java knows, such as en-GB",
          quoted(field.locale().toLanguageTag()));
    }
    if (!field.type().isLocalized() && !field.locale().equals(Field.DEFAULT_LOCALE)) {
      fault(
          path + ".locale",
          "must be given for numbers and dates alone",
          quoted(field.locale().toLanguageTag()));
    }
  }

  private void template(TaskDefinition task, String path, Set<String> known) {
    if (task.template() == null) {
      return;
    }
    List<String> names = new Template(task.template()).placeholders();
    long texts = names.stream().filter(Template.TEXT::equals).count();
    if (texts != 1) {
      fault(path + ".template", "must have {text} exactly once", texts + " times");
    }
    names.stream()
        .distinct()
        .filter(name -> !known.contains(name))
        .forEach(
            name ->
                fault(
                    path + ".template",
                    "must have no placeholders but {%s}"
                        .formatted(String.join("}, {", known.stream().sorted().toList())),
                    "{" + name + "}"));
  }

  private void threshold(double threshold, String path) {
    if (!(threshold >= 0 && threshold <= 1)) {
      fault(path + ".threshold", "must be between 0 and 1", threshold);
    }
  }

  private void described(String description, String path) {
    if (description != null && description.isBlank()) {
      fault(path + ".description", "must not be blank", quoted(description));
    }
  }

  /** Whether a value is neither blank nor taken. */
  private boolean distinct(String value, String path, Map<String, String> paths) {
    if (value.isBlank()) {
      fault(path, "must not be blank", quoted(value));
      return false;
    }
    String first = paths.putIfAbsent(value, path);
    if (first != null) {
      fault(path, "must differ from " + first, quoted(value));
    }
    return first == null;
  }

  private void fault(String path, String rule, Object value) {
    faults.add(new TaskViolation(path, rule, String.valueOf(value)));
  }

  private static String quoted(String value) {
    return "\"" + value + "\"";
  }
}
