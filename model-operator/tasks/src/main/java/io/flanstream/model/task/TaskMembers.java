package io.flanstream.model.task;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;

/** Members of a JSON object in a task's definition, read one by one; what is wrong is a fault. */
final class TaskMembers {
  private static final int LONGEST_VALUE = 80;

  private final JsonNode json;
  private final String path;
  private final TaskViolations faults;

  TaskMembers(JsonNode json, String path, TaskViolations faults) {
    this.json = json;
    this.path = path;
    this.faults = faults;
  }

  /** Faults every member that is not named here. */
  void allowOnly(Set<String> names) {
    for (Iterator<String> members = json.fieldNames(); members.hasNext(); ) {
      String member = members.next();
      if (!names.contains(member)) {
        Optional<String> meant = NearestName.of(member, names).filter(name -> !json.has(name));
        fault(
            path + "." + member,
            "must be one of "
                + String.join(", ", names.stream().sorted().toList())
                + meant.map(" (did you mean %s?)"::formatted).orElse(""),
            member);
        meant.ifPresent(name -> faults.meant(path + "." + name));
      }
    }
  }

  Optional<String> text(String name) {
    return member(name).flatMap(value -> text(value, path + "." + name));
  }

  /** A text that must be there; blank where it is not, which is a fault then. */
  String requiredText(String name) {
    if (member(name).isEmpty()) {
      fault(path + "." + name, "must be given", "nothing");
    }
    return text(name).orElse("");
  }

  Optional<Double> number(String name) {
    return literal(name, JsonNode::isNumber, "must be a number", Literals::number);
  }

  Optional<Integer> integer(String name) {
    return literal(name, JsonNode::isNumber, "must be a whole number", Literals::wholeNumber);
  }

  /** A whole number that may exceed an int. */
  Optional<Long> wholeNumber(String name) {
    return literal(
        name, JsonNode::isIntegralNumber, "must be a whole number", TaskMembers::wholeNumberOf);
  }

  private static Optional<Long> wholeNumberOf(String text) {
    try {
      return text.matches(Literals.WHOLE_NUMBER)
          ? Optional.of(Long.valueOf(text))
          : Optional.empty();
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  Optional<Boolean> bool(String name) {
    return literal(name, JsonNode::isBoolean, "must be true or false", Literals::trueOrFalse);
  }

  /** A value of a type, or a text that writes one. */
  private <T> Optional<T> literal(
      String name, Predicate<JsonNode> typed, String rule, Function<String, Optional<T>> read) {
    Predicate<JsonNode> holds =
        value -> (typed.test(value) || value.isTextual()) && read.apply(value.asText()).isPresent();
    return checked(name, holds, rule).flatMap(value -> read.apply(value.asText()));
  }

  /** YAML reads a bare {@code off} as false. */
  <E extends Enum<E>> Optional<E> word(String name, Class<E> type) {
    return word(
        name, type, value -> value.isBoolean() && !value.asBoolean() ? "off" : value.asText());
  }

  /** A constant, of which some may be named as truth values are. */
  <E extends Enum<E>> Optional<E> truthOrWord(String name, Class<E> type) {
    return word(name, type, JsonNode::asText);
  }

  private <E extends Enum<E>> Optional<E> word(
      String name, Class<E> type, Function<JsonNode, String> written) {
    Optional<E> word =
        member(name).map(written).flatMap(value -> ConstantNames.constant(type, value));
    if (word.isEmpty()) {
      member(name)
          .ifPresent(
              value ->
                  fault(
                      path + "." + name,
                      "must be one of " + String.join(", ", ConstantNames.all(type)),
                      value));
    }
    return word;
  }

  /** Whether there is a member of a name. */
  boolean has(String name) {
    return member(name).isPresent();
  }

  /** A text or a list of texts, under one name. */
  List<String> textOrTexts(String name) {
    return member(name).filter(value -> !value.isArray()).isPresent()
        ? text(name).map(List::of).orElse(List.of())
        : texts(name);
  }

  /** An object or a list of objects, under one name. */
  List<TaskMembers> objectOrObjects(String name, Set<String> members) {
    if (member(name).filter(value -> !value.isArray()).isEmpty()) {
      return objects(name, members, Function.identity());
    }
    Optional<TaskMembers> one = object(name);
    one.ifPresent(object -> object.allowOnly(members));
    return one.map(List::of).orElse(List.of());
  }

  /** A text or a list of texts, under either of two names. */
  List<String> oneOrMore(String one, String more) {
    return text(one).map(List::of).orElseGet(() -> texts(more));
  }

  /** Texts by name. */
  Map<String, String> textsByName(String name) {
    return byName(name, TaskMembers::text);
  }

  /** Numbers by name. */
  Map<String, Double> numbers(String name) {
    return byName(name, TaskMembers::number);
  }

  private <T> Map<String, T> byName(
      String name, BiFunction<TaskMembers, String, Optional<T>> read) {
    Map<String, T> found = new LinkedHashMap<>();
    object(name)
        .ifPresent(
            object ->
                object
                    .json
                    .fieldNames()
                    .forEachRemaining(
                        key -> read.apply(object, key).ifPresent(value -> found.put(key, value))));
    return found;
  }

  /** Entries of a list, each of which must be an object. */
  <T> List<T> objects(String name, Set<String> members, Function<TaskMembers, T> read) {
    List<T> entries = new ArrayList<>();
    JsonNode list = checked(name, JsonNode::isArray, "must be a list").orElse(null);
    for (int i = 0; list != null && i < list.size(); i++) {
      String entryPath = "%s.%s[%s]".formatted(path, name, i);
      if (list.get(i).isObject()) {
        TaskMembers object = new TaskMembers(list.get(i), entryPath, faults);
        object.allowOnly(members);
        entries.add(read.apply(object));
      } else {
        fault(entryPath, "must be an object", list.get(i));
      }
    }
    return entries;
  }

  /** Constants of a list. */
  <E extends Enum<E>> List<E> words(String name, Class<E> type) {
    List<E> words = new ArrayList<>();
    List<String> texts = texts(name);
    for (int i = 0; i < texts.size(); i++) {
      Optional<E> word = ConstantNames.constant(type, texts.get(i));
      word.ifPresent(words::add);
      if (word.isEmpty()) {
        fault(
            "%s.%s[%s]".formatted(path, name, i),
            "must be one of " + String.join(", ", ConstantNames.all(type)),
            texts.get(i));
      }
    }
    return words;
  }

  /** Texts of a list. */
  List<String> texts(String name) {
    List<String> texts = new ArrayList<>();
    JsonNode list = checked(name, JsonNode::isArray, "must be a list").orElse(null);
    for (int i = 0; list != null && i < list.size(); i++) {
      text(list.get(i), "%s.%s[%s]".formatted(path, name, i)).ifPresent(texts::add);
    }
    return texts;
  }

  /** A member that is an object. */
  Optional<TaskMembers> object(String name) {
    return checked(name, JsonNode::isObject, "must be an object")
        .map(value -> new TaskMembers(value, path + "." + name, faults));
  }

  /** Entries of a list: each a text, which is its name, or an object. */
  <T> List<T> named(String name, Set<String> members, BiFunction<String, TaskMembers, T> read) {
    List<T> entries = new ArrayList<>();
    JsonNode list = checked(name, JsonNode::isArray, "must be a list").orElse(null);
    for (int i = 0; list != null && i < list.size(); i++) {
      String entryPath = "%s.%s[%s]".formatted(path, name, i);
      JsonNode entry = list.get(i);
      TaskMembers object = new TaskMembers(entry, entryPath, faults);
      if (entry.isObject()) {
        object.allowOnly(members);
        entries.add(read.apply(object.requiredText("name"), object));
      } else {
        entries.add(read.apply(text(entry, entryPath).orElse(""), object));
      }
    }
    return entries;
  }

  void fault(String at, String rule, Object value) {
    String text = value instanceof JsonNode node ? node.toString() : String.valueOf(value);
    faults.add(
        new TaskViolation(
            at,
            rule,
            text.length() > LONGEST_VALUE ? text.substring(0, LONGEST_VALUE) + "…" : text));
  }

  String path() {
    return path;
  }

  private Optional<String> text(JsonNode value, String at) {
    if (value.isTextual() || value.isNumber()) {
      return Optional.of(value.asText());
    }
    fault(
        at,
        value.isBoolean() || value.isNull() ? "must be text (set it in quotes)" : "must be text",
        value);
    return Optional.empty();
  }

  private Optional<JsonNode> checked(String name, Predicate<JsonNode> holds, String rule) {
    Optional<JsonNode> value = member(name);
    if (value.isPresent() && !holds.test(value.get())) {
      fault(path + "." + name, rule, value.get());
      return Optional.empty();
    }
    return value;
  }

  private Optional<JsonNode> member(String name) {
    return Optional.ofNullable(json.get(name)).filter(value -> !value.isNull());
  }
}
