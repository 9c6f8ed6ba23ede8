package io.flanstream.jobs.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import io.flanstream.jobs.pipeline.OptionCatalog.Entry;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;

/** Reads the options of a pipeline file's tree; what is unknown or of another type is a fault. */
final class OptionReader {
  private static final Map<String, String> RULES =
      Map.of(
          "java.lang.Integer", "must be a whole number",
          "java.lang.Long", "must be a whole number",
          "java.lang.Double", "must be a number",
          "java.lang.Boolean", "must be true or false",
          "java.time.Duration", "must be a duration such as 2s, 500ms or 10min",
          "org.apache.flink.configuration.MemorySize", "must be a size such as 1mb or 512kb");

  private final Configuration config = new Configuration();
  private final Faults faults;

  OptionReader(Faults faults) {
    this.faults = faults;
  }

  /** Reads everything under a node that is not a list of tasks or the like. */
  Configuration read(Map<String, JsonNode> top) {
    top.forEach(this::read);
    return config;
  }

  private void read(String key, JsonNode node) {
    OptionCatalog.find(key)
        .ifPresentOrElse(
            entry -> option(entry, node),
            () -> {
              if (!OptionCatalog.isSection(key)) {
                faults.add(key, unknown(key));
              } else if (node.isObject()) {
                node.properties()
                    .forEach(child -> read(key + '.' + child.getKey(), child.getValue()));
              } else if (!node.isNull()) {
                faults.add(key, "must be a section with keys", shown(node));
              }
            });
  }

  private void option(Entry entry, JsonNode node) {
    if (node.isNull()) {
      return;
    }
    switch (entry.shape()) {
      case LIST -> list(entry.option(), node);
      case MAP -> map(entry.option(), node);
      case SCALAR -> scalar(entry, node);
    }
  }

  private void scalar(Entry entry, JsonNode node) {
    ConfigOption<?> option = entry.option();
    if (!node.isValueNode()) {
      faults.add(option, rule(entry), shown(node));
      return;
    }
    config.setString(option.key(), node.asText());
    try {
      config.getOptional(option);
    } catch (IllegalArgumentException e) {
      faults.add(option, rule(entry), node.asText());
      config.removeConfig(option);
    }
  }

  private void list(ConfigOption<?> option, JsonNode node) {
    List<String> values = new ArrayList<>();
    for (JsonNode element : node) {
      values.add(element.asText());
    }
    if (!node.isArray() || !allScalars(node)) {
      faults.add(option, "must be a list of texts", shown(node));
      return;
    }
    set(option, values);
  }

  private void map(ConfigOption<?> option, JsonNode node) {
    Map<String, String> values = new LinkedHashMap<>();
    node.properties().forEach(child -> values.put(child.getKey(), child.getValue().asText()));
    if (!node.isObject() || !allScalars(node)) {
      faults.add(option.key(), "must be keys with a value each");
      return;
    }
    set(option, values);
  }

  private static boolean allScalars(JsonNode node) {
    for (JsonNode element : node) {
      if (!element.isValueNode() || element.isNull()) {
        return false;
      }
    }
    return true;
  }

  @SuppressWarnings("unchecked")
  private <T> void set(ConfigOption<?> option, T value) {
    config.set((ConfigOption<T>) option, value);
  }

  private static String rule(Entry entry) {
    return entry.choices().isEmpty()
        ? RULES.getOrDefault(entry.type().getTypeName(), "must be a text")
        : entry.choices().stream()
            .map(choice -> choice.toString().toLowerCase(Locale.ROOT))
            .collect(Collectors.joining(", ", "must be one of ", ""));
  }

  private static String unknown(String key) {
    String section = key.substring(0, key.lastIndexOf('.') + 1);
    String known =
        OptionCatalog.all().stream()
            .map(entry -> entry.option().key())
            .filter(option -> option.startsWith(section))
            .map(option -> option.substring(section.length()).replaceFirst("\\..*", ""))
            .distinct()
            .collect(Collectors.joining(", "));
    return section.isEmpty()
        ? "is unknown; known here are %s, %s".formatted(known, PipelineFile.TASKS)
        : "is unknown; known here are " + known;
  }

  private static String shown(JsonNode node) {
    return node.isArray() ? "a list" : node.isObject() ? "keys" : node.asText();
  }
}
