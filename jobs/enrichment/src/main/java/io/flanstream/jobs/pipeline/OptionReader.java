package io.flanstream.jobs.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import io.flanstream.jobs.pipeline.OptionCatalog.Entry;
import io.flanstream.model.task.NearestName;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;

/**
 * Reads the options of a pipeline file's tree; what is unknown, set twice or written as its type is
 * not is a fault.
 */
final class OptionReader {
  private final Configuration config = new Configuration();
  private final Set<String> read = new HashSet<>();
  private final Violations faults;

  OptionReader(Violations faults) {
    this.faults = faults;
  }

  /** Reads everything under a node that is not a list of tasks or the like. */
  Configuration read(Map<String, JsonNode> top) {
    top.forEach(this::read);
    return config;
  }

  private void read(String key, JsonNode node) {
    read("", key, node);
  }

  private void read(String section, String name, JsonNode node) {
    String key = section + name;
    OptionCatalog.find(key)
        .ifPresentOrElse(
            entry -> option(entry, node),
            () -> {
              if (!OptionCatalog.isSection(key)) {
                unknown(section, name);
              } else if (node.isObject()) {
                node.properties()
                    .forEach(child -> read(key + '.', child.getKey(), child.getValue()));
              } else if (!node.isNull()) {
                faults.malformed(key, "must be a section with keys", shown(node));
              }
            });
  }

  private void option(Entry entry, JsonNode node) {
    if (node.isNull()) {
      return;
    }
    if (!read.add(entry.option().key())) {
      faults.add(entry.option().key(), "must be set once");
      return;
    }
    switch (entry.shape()) {
      case LIST -> list(entry.option(), node);
      case MAP -> map(entry.option(), node);
      case MAPS -> maps(entry.option(), node);
      case SCALAR -> scalar(entry, node);
    }
  }

  private void scalar(Entry entry, JsonNode node) {
    ConfigOption<?> option = entry.option();
    ScalarForm form = entry.form();
    if (!node.isValueNode() || !form.fits(node.asText())) {
      faults.malformed(option.key(), form.rule(), shown(node));
      return;
    }
    config.setString(option.key(), node.asText());
    try {
      config.getOptional(option);
    } catch (IllegalArgumentException e) {
      faults.malformed(option.key(), form.rule(), node.asText());
      config.removeConfig(option);
    }
  }

  private void list(ConfigOption<?> option, JsonNode node) {
    if (!node.isArray()) {
      faults.malformed(option.key(), "must be a list of texts", shown(node));
      return;
    }
    List<String> values = new ArrayList<>();
    for (int i = 0; i < node.size(); i++) {
      text(node.get(i), "%s[%s]".formatted(option.key(), i)).ifPresent(values::add);
    }
    set(option, values);
  }

  private void map(ConfigOption<?> option, JsonNode node) {
    values(option.key(), node).ifPresent(values -> set(option, values));
  }

  private void maps(ConfigOption<?> option, JsonNode node) {
    if (!node.isArray()) {
      faults.malformed(option.key(), "must be a list of keys with a value each", shown(node));
      return;
    }
    List<Map<String, String>> all = new ArrayList<>();
    for (int i = 0; i < node.size(); i++) {
      all.add(values("%s[%s]".formatted(option.key(), i), node.get(i)).orElse(Map.of()));
    }
    set(option, all);
  }

  private Optional<Map<String, String>> values(String path, JsonNode node) {
    if (!node.isObject()) {
      faults.malformed(path, "must be keys with a value each", shown(node));
      return Optional.empty();
    }
    Map<String, String> values = new LinkedHashMap<>();
    node.properties()
        .forEach(
            child ->
                text(child.getValue(), path + '.' + child.getKey())
                    .ifPresent(value -> values.put(child.getKey(), value)));
    return Optional.of(values);
  }

  private Optional<String> text(JsonNode node, String path) {
    if (node.isValueNode() && !node.isNull()) {
      return Optional.of(node.asText());
    }
    faults.malformed(
        path, node.isNull() ? "must be a text (set it in quotes)" : "must be a text", shown(node));
    return Optional.empty();
  }

  @SuppressWarnings("unchecked")
  private <T> void set(ConfigOption<?> option, T value) {
    config.set((ConfigOption<T>) option, value);
  }

  private void unknown(String section, String name) {
    List<String> known = OptionCatalog.namesUnder(section);
    Optional<String> meant =
        NearestName.of(name, known)
            .map(near -> section + near)
            .or(() -> OptionCatalog.elsewhere(name))
            .filter(key -> !read.contains(key));
    faults.add(
        section + name,
        meant
            .map("is unknown; did you mean %s?"::formatted)
            .orElse("is unknown; known here are " + String.join(", ", known)));
    meant.ifPresent(faults::spoken);
  }

  private static String shown(JsonNode node) {
    return node.isArray() ? "a list" : node.isObject() ? "keys" : node.asText();
  }
}
