package io.flanstream.model.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A {@code config.json} while it is read, and what is decided on the way. Not thread-safe. */
final class ConfigFile {
  private static final String GENERATION = "generation_config.json";

  private final Path file;
  private final JsonNode json;
  private final JsonNode generation;
  private final List<Decision> decisions = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();

  private ConfigFile(Path file, JsonNode json, JsonNode generation) {
    this.file = file;
    this.json = json;
    this.generation = generation;
  }

  /**
   * Reads a config, and {@code generation_config.json} beside it where there is one.
   *
   * @throws CheckpointException if one of them is not a JSON object
   */
  static ConfigFile read(Path file) {
    Path beside = file.resolveSibling(GENERATION);
    return new ConfigFile(
        file,
        JsonFile.readObject(file),
        Files.exists(beside) ? JsonFile.readObject(beside) : MissingNode.getInstance());
  }

  Path file() {
    return file;
  }

  /** Value of a key; missing where it is absent or null. */
  JsonNode get(String key) {
    return present(json.path(key));
  }

  /** Whether a key is there, null or not. */
  boolean has(String key) {
    return json.has(key);
  }

  /** Value of a key that may have two names. */
  JsonNode get(String key, String alias) {
    JsonNode value = get(key);
    return value.isMissingNode() && alias != null ? get(alias) : value;
  }

  /** Value of a key in generation_config.json; missing where it is absent or null. */
  JsonNode generation(String key) {
    return present(generation.path(key));
  }

  private static JsonNode present(JsonNode value) {
    return value.isNull() ? MissingNode.getInstance() : value;
  }

  List<String> texts(String key) {
    List<String> texts = new ArrayList<>();
    get(key).forEach(text -> texts.add(text.asText()));
    return texts;
  }

  /** Whether transformers 4.x takes the embedding for the head. */
  boolean tiesInTransformers4() {
    JsonNode tie = json.path("tie_word_embeddings");
    if (tie.isMissingNode()) {
      return !get("model_type").asText().equals("mt5");
    }
    return tie.isNumber() ? tie.doubleValue() != 0 : tie.asBoolean();
  }

  /** How a key stands in the file, for people. */
  String says(String key) {
    return json.has(key) ? "%s is %s".formatted(key, json.get(key)) : key + " is absent";
  }

  void decide(String subject, String choice, String reason, Optional<String> transformers4) {
    decisions.add(new Decision(subject, choice, reason, transformers4));
  }

  void warn(String warning) {
    warnings.add(warning);
  }

  List<Decision> decisions() {
    return decisions;
  }

  List<String> warnings() {
    return warnings;
  }
}
