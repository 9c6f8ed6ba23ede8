package io.flanstream.jobs.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flanstream.jobs.terminal.TextFile;
import io.flanstream.operators.ingest.JsonProblem;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * One line of input: a JSON object, or the value of a record.
 *
 * @param number the line's number, from 1
 * @param bytes the line as it was read, without its end, or what it stands for
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
      String text = utf8(line);
      JsonNode json = MAPPER.readTree(number == 1 ? TextFile.withoutMark(text) : text);
      if (json instanceof ObjectNode object) {
        return new RequestLine(number, line, object);
      }
      throw new LineException(
          INVALID_JSON,
          "Cannot read line: it must be a JSON object, got " + json.getNodeType().name());
    } catch (JsonProcessingException e) {
      throw new LineException(
          INVALID_JSON,
          "Cannot read line: it must be a JSON object; column %s: %s"
              .formatted(e.getLocation().getColumnNr(), JsonProblem.text(e)));
    }
  }

  /** A line that need not be JSON, and stands for the value of a record. */
  static RequestLine ofValue(long number, byte[] line, Function<String, byte[]> value) {
    String text = utf8(line);
    String marked = number == 1 ? TextFile.withoutMark(text) : text;
    String bare = marked.endsWith("\r") ? marked.substring(0, marked.length() - 1) : marked;
    try {
      return new RequestLine(number, value.apply(bare), MAPPER.createObjectNode());
    } catch (IllegalArgumentException e) {
      throw new LineException(
          INVALID_REQUEST, "Cannot read line: it must be Base64: " + e.getMessage());
    }
  }

  private static String utf8(byte[] line) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(line)).toString();
    } catch (CharacterCodingException e) {
      throw new LineException("INVALID_UTF8", "Cannot read line: it must be UTF-8");
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
    return unicode(field, value.textValue());
  }

  /** A whole number that may be there. */
  long number(String field, long otherwise) {
    JsonNode value = json.get(field);
    if (value == null) {
      return otherwise;
    }
    if (!value.canConvertToLong() || !value.isIntegralNumber()) {
      throw new LineException(
          INVALID_REQUEST,
          "Cannot answer: %s must be a whole number of 64 bits, got %s".formatted(field, value));
    }
    return value.longValue();
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
            "Cannot answer: %s[%s] must be a string, got %s"
                .formatted(field, texts.size(), kind(value)));
      }
      texts.add(unicode("%s[%s]".formatted(field, texts.size()), value.textValue()));
    }
    return texts;
  }

  /** Half a surrogate pair would reach the tokenizer as something else. */
  private static String unicode(String field, String text) {
    if (text.codePoints().anyMatch(point -> point >= 0xD800 && point <= 0xDFFF)) {
      throw new LineException(
          INVALID_REQUEST,
          "Cannot answer: %s must be Unicode, got half of a surrogate pair".formatted(field));
    }
    return text;
  }

  private static String kind(JsonNode value) {
    return value == null ? "none" : value.toString();
  }
}
