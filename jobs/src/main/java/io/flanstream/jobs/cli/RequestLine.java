package io.flanstream.jobs.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * One line of input: a JSON object.
 *
 * @param number the line's number, from 1
 * @param bytes the line as it was read, without its end
 * @param json what it says
 */
@SuppressWarnings("ArrayRecordComponent")
record RequestLine(long number, byte[] bytes, ObjectNode json) {
  static final String INVALID_JSON = "INVALID_JSON";
  static final String INVALID_REQUEST = "INVALID_REQUEST";

  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  static RequestLine parse(long number, byte[] line) {
    try {
      JsonNode json = MAPPER.readTree(line);
      if (json instanceof ObjectNode object) {
        return new RequestLine(number, line, object);
      }
      throw new LineException(
          INVALID_JSON,
          "Cannot read line: it must be a JSON object, got " + json.getNodeType().name());
    } catch (JsonProcessingException e) {
      throw new LineException(
          INVALID_JSON,
          "Cannot read line: it must be a JSON object; column %d: %s"
              .formatted(e.getLocation().getColumnNr(), e.getOriginalMessage()));
    } catch (IOException e) {
      throw new LineException(INVALID_JSON, "Cannot read line: " + e.getMessage());
    }
  }

  /** The id as it was given; null where there is none. */
  JsonNode id() {
    JsonNode id = json.get("id");
    return id == null ? NullNode.getInstance() : id;
  }

  /** A string that must be there. */
  String text(String field) {
    JsonNode value = json.get(field);
    if (value == null || !value.isTextual()) {
      throw new LineException(
          INVALID_REQUEST,
          "Cannot answer: %s must be a string, got %s".formatted(field, kind(value)));
    }
    return value.textValue();
  }

  /** An array of strings that must be there. */
  List<String> texts(String field) {
    JsonNode values = json.get(field);
    if (values == null || !values.isArray()) {
      throw new LineException(
          INVALID_REQUEST,
          "Cannot answer: %s must be an array of strings, got %s".formatted(field, kind(values)));
    }
    List<String> texts = new ArrayList<>();
    for (JsonNode value : values) {
      if (!value.isTextual()) {
        throw new LineException(
            INVALID_REQUEST,
            "Cannot answer: %s[%d] must be a string, got %s"
                .formatted(field, texts.size(), kind(value)));
      }
      texts.add(value.textValue());
    }
    return texts;
  }

  private static String kind(JsonNode value) {
    return value == null ? "none" : value.toString();
  }
}
