package io.flanstream.integration;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.Set;

/** JSON objects that are none, or not what they should be. */
final class TestingJsonFuzz extends TestingFuzz {
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final Set<String> UNREADABLE = Set.of("INVALID_JSON", "INVALID_UTF8");
  private static final int DEEP = 100_000;
  private static final int NOT_DEEP = 500;

  TestingJsonFuzz(long seed) {
    super(seed);
    kind("empty", () -> new byte[0], Set.of("INVALID_JSON"));
    kind("truncated", () -> truncated(some()), UNREADABLE);
    kind("not UTF-8", () -> latin(field("text", "\"caf\u00e9\"")), Set.of("INVALID_UTF8"));
    kind("UTF-16", () -> new String(some(), UTF_8).getBytes(UTF_16), UNREADABLE);
    kind("two objects", () -> utf8("{}" + new String(some(), UTF_8)), Set.of("INVALID_JSON"));
    kind("no text", () -> field("txt", "\"card\""), Set.of("MISSING_TEXT"));
    kind("number", () -> field("text", "" + random.nextDouble()), Set.of("INVALID_TEXT"));
    kind("half a pair", () -> field("text", "\"\\ud83d\""), Set.of("INVALID_TEXT"));
    kind("other id", () -> field("text", "\"a\", \"id\": [1]"), Set.of("INVALID_ID"));
    kind("huge id", () -> field("text", "\"a\", \"id\": " + "7".repeat(2000)), UNREADABLE);
    kind("huge exponent", () -> field("text", "\"a\", \"id\": 1e999999999"), Set.of("INVALID_ID"));
    kind(
        "time",
        () -> field("text", "\"a\", \"eventTime\": 9223372036854775807"),
        Set.of("INVALID_EVENT_TIME"));
    kind("deep", () -> utf8("[".repeat(DEEP)), Set.of("INVALID_JSON"));
    kind("deep field", () -> nested("channel", DEEP), Set.of("INVALID_JSON"));
    kind("nested text", () -> nested("text", NOT_DEEP), Set.of("INVALID_TEXT"));
    kind("nested attribute", () -> nested("channel", NOT_DEEP), Set.of("MISSING_TEXT"));
    large("long text", () -> filled("text"), "TOO_MANY_TOKENS");
    large("long attribute", () -> filled("text\": \"a\", \"channel"), ENRICHED, TOO_LARGE);
    large("long rest", () -> filled("text\": \"a\", \"rest"), ENRICHED);
    large("long noise", () -> utf8("x".repeat(fillerFor(new byte[0]))), "INVALID_JSON");
  }

  @Override
  byte[] good(String id, String text) {
    return utf8(
        "{\"id\": \"%s\", \"channel\": \"%s\", \"text\": %s}"
            .formatted(id, id, JsonNodeFactory.instance.textNode(text)));
  }

  @Override
  String text(byte[] value) {
    try {
      return MAPPER.readTree(new String(value, UTF_8)).path("text").textValue();
    } catch (JsonProcessingException e) {
      throw new AssertionError("was taken, and is no JSON", e);
    }
  }

  private byte[] filled(String field) {
    return field(field, '"' + "x".repeat(fillerFor(field(field, "\"\""))) + '"');
  }

  private static byte[] nested(String field, int depth) {
    return field(field, "[".repeat(depth) + "]".repeat(depth));
  }

  private static byte[] field(String field, String json) {
    return utf8("{\"%s\": %s}".formatted(field, json));
  }

  private static byte[] latin(byte[] json) {
    return new String(json, UTF_8).getBytes(ISO_8859_1);
  }
}
