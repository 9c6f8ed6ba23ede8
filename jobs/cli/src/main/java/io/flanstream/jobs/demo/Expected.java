package io.flanstream.jobs.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a person would answer to a message.
 *
 * @param deadLetter what must be wrong with it, as {@code STAGE CODE}; null for a good message
 * @param intent its label; null where none fits
 * @param fields its fields
 */
record Expected(String deadLetter, String intent, Set<FieldSpan> fields) {

  /**
   * A field's value by its place.
   *
   * @param name name of the field
   * @param start first code point
   * @param end after the last code point
   */
  record FieldSpan(String name, int start, int end) {}

  /** Answers by the messages' keys. */
  static Map<String, Expected> read(Path file) throws IOException {
    JsonMapper mapper = new JsonMapper();
    Map<String, Expected> answers = new TreeMap<>();
    for (String line : Files.readString(file).split("\n")) {
      JsonNode json = mapper.readTree(line);
      answers.put(Message.key(json.get("line").intValue()), of(json));
    }
    return answers;
  }

  private static Expected of(JsonNode json) {
    Set<FieldSpan> fields = new HashSet<>();
    for (JsonNode field : json.get("fields")) {
      fields.add(
          new FieldSpan(
              field.get("name").textValue(),
              field.get("start").intValue(),
              field.get("end").intValue()));
    }
    boolean bad = json.get("outcome").textValue().equals("DEAD_LETTER");
    return new Expected(
        bad ? json.get("stage").textValue() + " " + json.get("code").textValue() : null,
        json.get("intent").textValue(),
        fields);
  }
}
