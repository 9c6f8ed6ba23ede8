package io.flanstream.model.task;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What tasks want to know of each other: conditions and templates that name other tasks. */
final class TaskReferences {
  private final List<TaskDefinition> tasks;
  private final String path;
  private final List<TaskViolation> faults = new ArrayList<>();

  private TaskReferences(List<TaskDefinition> tasks, String path) {
    this.tasks = tasks;
    this.path = path;
  }

  /** What a place of a template stands for; empty where no task has that name. */
  static Optional<TaskReference> of(String place, List<TaskDefinition> tasks) {
    if (tasks.stream()
        .anyMatch(task -> task.name().equals(place) && !(task instanceof MaskingTask))) {
      return Optional.of(new TaskReference(place, null));
    }
    return tasks.stream()
        .filter(ExtractionTask.class::isInstance)
        .map(ExtractionTask.class::cast)
        .flatMap(
            task ->
                task.fields().stream().map(field -> new TaskReference(task.name(), field.name())))
        .filter(reference -> place.equals(reference.task() + "." + reference.field()))
        .findFirst();
  }

  /** Names of the tasks that a task waits for. */
  static Set<String> needs(TaskDefinition task, List<TaskDefinition> tasks) {
    Set<String> needs = new LinkedHashSet<>();
    for (Condition condition : task.when()) {
      if (condition instanceof Condition.LabelIs label) {
        needs.add(label.task());
      }
    }
    if (task instanceof GenerationTask generation) {
      new GenerationTemplate(generation.template())
          .others()
          .forEach(place -> of(place, tasks).ifPresent(found -> needs.add(found.task())));
    }
    return needs;
  }

  /**
   * Tasks in an order in which each comes after those that it waits for.
   *
   * @param tasks tasks without a fault
   * @return their indexes
   */
  static List<Integer> order(List<TaskDefinition> tasks) {
    List<Integer> order = new ArrayList<>();
    Set<String> done = new LinkedHashSet<>();
    while (order.size() < tasks.size()) {
      for (int i = 0; i < tasks.size(); i++) {
        if (!order.contains(i) && done.containsAll(needs(tasks.get(i), tasks))) {
          order.add(i);
          done.add(tasks.get(i).name());
        }
      }
    }
    return order;
  }

  /** Faults of tasks, each of which has none by itself. */
  static List<TaskViolation> faults(List<TaskDefinition> tasks, String path) {
    TaskReferences references = new TaskReferences(tasks, path);
    for (int i = 0; i < tasks.size(); i++) {
      references.conditions(tasks.get(i), "%s[%s].when".formatted(path, i));
      if (tasks.get(i) instanceof GenerationTask generation) {
        references.places(generation, "%s[%s].template".formatted(path, i));
      }
    }
    if (references.faults.isEmpty()) {
      references.circles();
    }
    return List.copyOf(references.faults);
  }

  private void conditions(TaskDefinition task, String at) {
    for (Condition condition : task.when()) {
      if (condition instanceof Condition.LabelIs label) {
        condition(label, at);
      }
    }
  }

  private void condition(Condition.LabelIs condition, String at) {
    List<ClassificationTask> named =
        tasks.stream()
            .filter(ClassificationTask.class::isInstance)
            .map(ClassificationTask.class::cast)
            .filter(task -> task.name().equals(condition.task()))
            .toList();
    if (named.isEmpty()) {
      List<String> names =
          tasks.stream()
              .filter(ClassificationTask.class::isInstance)
              .map(TaskDefinition::name)
              .toList();
      fault(
          at + ".task",
          "must be a classification among the tasks " + names,
          condition.task(),
          names);
      return;
    }
    List<String> labels = named.get(0).labels().stream().map(Label::name).toList();
    condition.labels().stream()
        .filter(label -> !labels.contains(label))
        .forEach(
            label -> fault(at + ".labels", "must be among the labels " + labels, label, labels));
  }

  private void places(GenerationTask task, String at) {
    List<String> known = Stream.concat(Stream.of(GenerationTemplate.TEXT), names()).toList();
    for (String place : new GenerationTemplate(task.template()).others()) {
      if (of(place, tasks).isEmpty()) {
        fault(
            at,
            "must have no placeholders but {%s}".formatted(String.join("}, {", known)),
            "{" + place + "}",
            known);
      }
    }
  }

  private Stream<String> names() {
    return tasks.stream()
        .filter(task -> !(task instanceof MaskingTask))
        .flatMap(
            task ->
                task instanceof ExtractionTask extraction
                    ? Stream.concat(
                        Stream.of(task.name()),
                        extraction.fields().stream().map(field -> task.name() + "." + field.name()))
                    : Stream.of(task.name()));
  }

  /** A task that waits for itself would never be asked. */
  private void circles() {
    Map<String, Set<String>> needs = new LinkedHashMap<>();
    tasks.forEach(task -> needs.put(task.name(), needs(task, tasks)));
    for (int i : IntStream.range(0, tasks.size()).toArray()) {
      List<String> circle = new ArrayList<>();
      if (leads(tasks.get(i).name(), tasks.get(i).name(), needs, circle)) {
        faults.add(
            new TaskViolation(
                "%s[%s]".formatted(path, i),
                "must not wait for its own answer",
                tasks.get(i).name() + " -> " + String.join(" -> ", circle)));
        return;
      }
    }
  }

  private static boolean leads(
      String from, String to, Map<String, Set<String>> needs, List<String> way) {
    for (String next : needs.get(from)) {
      if (!way.contains(next)) {
        way.add(next);
        if (next.equals(to) || leads(next, to, needs, way)) {
          return true;
        }
        way.remove(next);
      }
    }
    return false;
  }

  private void fault(String at, String rule, String value, List<String> known) {
    String meant =
        NearestName.of(value.replaceAll("[{}]", ""), known)
            .map(" (did you mean %s?)"::formatted)
            .orElse("");
    faults.add(
        new TaskViolation(at, rule + meant, value.startsWith("{") ? value : "\"" + value + "\""));
  }
}
