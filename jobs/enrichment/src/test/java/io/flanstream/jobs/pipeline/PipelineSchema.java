package io.flanstream.jobs.pipeline;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flanstream.jobs.pipeline.OptionCatalog.Entry;
import io.flanstream.model.task.Literals;
import java.lang.reflect.Type;
import java.util.List;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.description.HtmlFormatter;

/** Writes the JSON Schema of a pipeline file, by which editors complete and check it. */
final class PipelineSchema {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final List<String> SCALARS = List.of("string", "number", "boolean");

  private PipelineSchema() {}

  static String text() {
    try {
      return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(schema())
          + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static ObjectNode schema() {
    ObjectNode root = section();
    root.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    root.put("title", "Flanstream pipeline");
    root.putObject("patternProperties").putObject("^x-");
    for (Entry entry : OptionCatalog.all()) {
      put(root, entry);
    }
    requireTopics(root);
    root.withObjectProperty("properties").set("tasks", tasks());
    root.withArrayProperty("required").add("tasks");
    return root;
  }

  /** Puts an option under its sections; one that is required makes its section so. */
  private static void put(ObjectNode root, Entry entry) {
    String[] names = entry.option().key().split("\\.");
    ObjectNode at = root;
    for (int i = 0; i < names.length; i++) {
      ObjectNode properties = at.withObjectProperty("properties");
      if (entry.isRequired()) {
        require(at, names[i]);
      }
      if (i == names.length - 1) {
        properties.set(names[i], option(entry));
        return;
      }
      if (!properties.has(names[i])) {
        properties.set(names[i], section());
      }
      at = (ObjectNode) properties.get(names[i]);
      if (entry.isRequired()) {
        at.put("type", "object");
      }
    }
  }

  /** One of the options that say which topics are read. */
  private static void requireTopics(ObjectNode root) {
    require(root, "source");
    ObjectNode source = (ObjectNode) root.get("properties").get("source");
    source.put("type", "object");
    ArrayNode either = source.putArray("anyOf");
    for (ConfigOption<?> option :
        List.of(SourceOptions.TOPIC, SourceOptions.TOPICS, SourceOptions.TOPIC_PATTERN)) {
      String name = option.key().substring("source.".length());
      ObjectNode has = either.addObject();
      has.putArray("required").add(name);
      has.putObject("properties").putObject(name).putObject("not").put("type", "null");
    }
  }

  private static void require(ObjectNode at, String name) {
    ArrayNode required = at.withArrayProperty("required");
    for (var one : required) {
      if (one.textValue().equals(name)) {
        return;
      }
    }
    required.add(name);
  }

  private static ObjectNode section() {
    ObjectNode section = NODES.objectNode();
    section.putArray("type").add("object").add("null");
    section.put("additionalProperties", false);
    return section;
  }

  private static ObjectNode option(Entry entry) {
    ConfigOption<?> option = entry.option();
    ObjectNode schema =
        switch (entry.shape()) {
          case LIST -> list(types(SCALARS));
          case MAP -> {
            ObjectNode map = NODES.objectNode();
            map.put("type", "object");
            map.set("additionalProperties", types(SCALARS));
            yield map;
          }
          case MAPS -> {
            ObjectNode map = NODES.objectNode();
            map.put("type", "object");
            map.set("additionalProperties", types(SCALARS));
            yield list(map);
          }
          case SCALAR -> scalar(entry.form(), entry.type());
        };
    schema.put("description", new HtmlFormatter().format(option.description()));
    if (!entry.choices().isEmpty()) {
      // Editors offer these; any case is taken.
      ArrayNode either = schema.putArray("anyOf");
      ArrayNode names = either.addObject().putArray("enum");
      ScalarForm.names(entry.choices()).forEach(names::add);
      either.addObject().put("pattern", schema.remove("pattern").textValue());
    }
    if (!entry.isRequired() && schema.get("type") instanceof ArrayNode types) {
      types.add("null");
      if (schema.get("anyOf") instanceof ArrayNode either) {
        either.addObject().put("type", "null");
      }
    }
    return schema;
  }

  private static ObjectNode scalar(ScalarForm form, Type type) {
    if (form.pattern().isEmpty()) {
      return types(SCALARS);
    }
    String plain =
        form.fits("true")
            ? "boolean"
            : type.equals(Double.class)
                ? "number"
                : type.equals(Integer.class) || type.equals(Long.class) ? "integer" : "";
    ObjectNode schema =
        plain.isEmpty() ? types(List.of("string")) : types(List.of("string", plain));
    schema.put("pattern", "^(" + form.pattern() + ")$");
    if (form.fits("0") && plain.isEmpty()) {
      // Nothing needs no unit.
      schema.withArrayProperty("type").add("integer");
      schema.put("minimum", 0).put("maximum", 0);
    }
    return schema;
  }

  private static ObjectNode tasks() {
    ObjectNode task = NODES.objectNode();
    ArrayNode either = task.putArray("oneOf");
    ObjectNode classification = object("name", "type", "labels");
    properties(classification).set("type", NODES.objectNode().put("const", "classification"));
    text(classification, "name", "question", "template");
    ObjectNode label = object("name");
    text(label, "name", "description", "text");
    number(label, "threshold");
    properties(classification).set("labels", list(either(label)));
    word(classification, "multi-label", "off", "threshold", "yes-no");
    word(classification, "options", "listed", "hidden", "auto");
    word(classification, "normalization", "sum", "mean");
    word(classification, "scores", "all", "best");
    number(classification, "threshold", "max-unknown-share");
    properties(classification).set("alternatives", literal("integer", Literals.WHOLE_NUMBER));
    properties(classification).set("calibration", types(List.of("string", "object")));
    ObjectNode labelled = object("text");
    text(labelled, "text", "label");
    properties(labelled).set("labels", list(types(SCALARS)));
    properties(classification).set("examples", list(labelled));
    either.add(classification);
    ObjectNode extraction = object("name", "type", "fields");
    properties(extraction).set("type", NODES.objectNode().put("const", "extraction"));
    text(extraction, "name", "template");
    ObjectNode field = object("name");
    text(field, "name", "description", "text", "locale");
    word(field, "type", "text", "enum", "integer", "decimal", "date");
    word(field, "values", "one", "many");
    properties(field).set("choices", list(types(SCALARS)));
    properties(extraction).set("fields", list(either(field)));
    properties(extraction).set("fields-at-once", literal("boolean", Literals.TRUE_OR_FALSE));
    number(extraction, "threshold");
    ObjectNode found = object("text");
    text(found, "text");
    properties(found).putObject("fields").put("type", "object");
    properties(extraction).set("examples", list(found));
    either.add(extraction);
    either.add(masking(field));
    either.add(generation());
    for (ObjectNode conditional : List.of(classification, extraction)) {
      properties(conditional).set("when", conditions());
    }
    ObjectNode tasks = list(task);
    tasks.put("minItems", 1).put("description", "What is asked of every text.");
    return tasks;
  }

  private static ObjectNode masking(ObjectNode field) {
    ObjectNode masking = object("name", "type");
    properties(masking).set("type", NODES.objectNode().put("const", "masking"));
    text(masking, "name", "template");
    properties(masking).set("fields", list(either(field)));
    ObjectNode form = NODES.objectNode();
    List.of("email", "iban", "card", "phone").forEach(form.putArray("enum")::add);
    properties(masking).set("forms", list(form));
    number(masking, "threshold");
    return masking;
  }

  private static ObjectNode generation() {
    ObjectNode generation = object("name", "type", "template");
    properties(generation).set("type", NODES.objectNode().put("const", "generation"));
    text(generation, "name", "template", "answer-after");
    for (String name :
        List.of(
            "max-new-tokens",
            "min-new-tokens",
            "no-repeat-ngram-size",
            "top-k",
            "seed",
            "num-beams")) {
      properties(generation).set(name, literal("integer", Literals.WHOLE_NUMBER));
    }
    number(generation, "repetition-penalty", "temperature", "top-p", "length-penalty");
    properties(generation).set("do-sample", literal("boolean", Literals.TRUE_OR_FALSE));
    properties(generation)
        .putObject("early-stopping")
        .putArray("enum")
        .add(true)
        .add(false)
        .add("true")
        .add("false")
        .add("never");
    properties(generation).set("stop-strings", oneOrMore(types(SCALARS.subList(0, 2))));
    properties(generation).set("when", conditions());
    return generation;
  }

  private static ObjectNode conditions() {
    ObjectNode condition = NODES.objectNode().put("type", "object");
    condition.put("additionalProperties", false);
    text(condition, "task", "attribute", "equals", "topic");
    for (String name : List.of("labels", "in", "topics")) {
      properties(condition).set(name, list(types(SCALARS.subList(0, 2))));
    }
    return oneOrMore(condition);
  }

  private static ObjectNode oneOrMore(ObjectNode one) {
    ObjectNode either = NODES.objectNode();
    either.putArray("anyOf").add(one).add(list(one));
    return either;
  }

  /** A name by itself, or an object with it. */
  private static ObjectNode either(ObjectNode object) {
    ObjectNode either = NODES.objectNode();
    either.putArray("anyOf").add(types(SCALARS)).add(object);
    return either;
  }

  private static ObjectNode object(String... required) {
    ObjectNode object = NODES.objectNode();
    object.put("type", "object").put("additionalProperties", false);
    ArrayNode names = object.putArray("required");
    List.of(required).forEach(names::add);
    return object;
  }

  private static ObjectNode properties(ObjectNode object) {
    return object.withObjectProperty("properties");
  }

  private static void text(ObjectNode object, String... names) {
    List.of(names).forEach(name -> properties(object).set(name, types(SCALARS.subList(0, 2))));
  }

  private static void word(ObjectNode object, String name, String... words) {
    ArrayNode choices = properties(object).putObject(name).putArray("enum");
    List.of(words).forEach(choices::add);
  }

  private static void number(ObjectNode object, String... names) {
    List.of(names)
        .forEach(name -> properties(object).set(name, literal("number", Literals.NUMBER)));
  }

  private static ObjectNode literal(String type, String pattern) {
    return types(List.of("string", type)).put("pattern", "^(" + pattern + ")$");
  }

  private static ObjectNode list(ObjectNode items) {
    ObjectNode list = NODES.objectNode().put("type", "array");
    list.set("items", items);
    return list;
  }

  private static ObjectNode types(List<String> names) {
    ObjectNode types = NODES.objectNode();
    ArrayNode all = types.putArray("type");
    names.forEach(all::add);
    return types;
  }
}
