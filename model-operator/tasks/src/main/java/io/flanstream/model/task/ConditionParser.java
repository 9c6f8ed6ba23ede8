package io.flanstream.model.task;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Reads what must hold for a task to be asked. */
final class ConditionParser {
  private static final Set<String> NAMES = TaskOption.names("condition");

  private ConditionParser() {}

  /** The conditions of a task: an object, or a list of them. */
  static List<Condition> conditions(TaskMembers members) {
    List<Condition> conditions = new ArrayList<>();
    for (TaskMembers condition : members.objectOrObjects("when", NAMES)) {
      int before = conditions.size();
      condition.text("task").ifPresent(task -> conditions.add(ofLabel(condition, task)));
      condition.text("attribute").ifPresent(name -> conditions.add(ofAttribute(condition, name)));
      if (condition.has("topic") || condition.has("topics")) {
        conditions.add(new Condition.TopicIs(condition.oneOrMore("topic", "topics")));
      }
      if (conditions.size() != before + 1) {
        condition.fault(
            condition.path(),
            "must have one of task, attribute, topic, topics",
            conditions.size() == before ? "none" : conditions.size() - before);
      } else {
        suited(condition);
      }
    }
    return conditions;
  }

  private static Condition ofLabel(TaskMembers condition, String task) {
    return new Condition.LabelIs(task, condition.texts("labels"));
  }

  private static Condition ofAttribute(TaskMembers condition, String name) {
    return new Condition.AttributeIs(name, condition.oneOrMore("equals", "in"));
  }

  private static void suited(TaskMembers condition) {
    if (condition.has("labels") && !condition.has("task")) {
      condition.fault(condition.path() + ".labels", "must be given beside task alone", "it");
    }
    for (String name : List.of("equals", "in")) {
      if (condition.has(name) && !condition.has("attribute")) {
        condition.fault(
            condition.path() + "." + name, "must be given beside attribute alone", "it");
      }
    }
    for (String name : List.of("labels", "in", "topics")) {
      if (condition.has(name) && condition.texts(name).isEmpty()) {
        condition.fault(condition.path() + "." + name, "must have at least 1 value", 0);
      }
    }
    if (condition.has("equals") && condition.has("in")) {
      condition.fault(condition.path() + ".in", "must not be given beside equals", "it");
    }
    if (condition.has("topic") && condition.has("topics")) {
      condition.fault(condition.path() + ".topics", "must not be given beside topic", "it");
    }
  }
}
