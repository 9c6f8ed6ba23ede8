package io.flanstream.integration;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.Base64;
import java.util.Set;

/** CloudEvents in structured mode, their data JSON or Base64 of it, and what is none. */
final class TestingCloudEventsFuzz extends TestingFuzz {
  static final String SOURCE = "format: json, envelope: cloudevents";

  private static final JsonMapper MAPPER = new JsonMapper();
  private static final Set<String> NO_ENVELOPE = Set.of("INVALID_ENVELOPE");
  private static final Set<String> NO_TEXT = Set.of("MISSING_TEXT");
  private int written;

  TestingCloudEventsFuzz(long seed) {
    super(seed);
    kind("empty", () -> new byte[0], Set.of("INVALID_JSON"));
    kind("truncated", () -> truncated(some()), Set.of("INVALID_JSON", "INVALID_UTF8"));
    kind("no version", () -> utf8("{\"id\": \"a\", \"data\": {\"text\": \"a\"}}"), NO_ENVELOPE);
    kind("other version", () -> event("\"specversion\": 1"), NO_ENVELOPE);
    kind("no data", () -> event("\"id\": \"a\""), NO_TEXT);
    kind("data null", () -> event("\"data\": null"), NO_TEXT);
    kind("data a text", () -> event("\"data\": \"text\""), NO_TEXT);
    kind("data a list", () -> event("\"data\": [{\"text\": \"a\"}]"), NO_TEXT);
    kind("no Base64", () -> event("\"data_base64\": \"?\""), NO_ENVELOPE);
    kind("other data", () -> encoded("x"), Set.of("INVALID_JSON"));
    kind("data cut", () -> encoded("{\"text\": \"a\""), Set.of("INVALID_JSON"));
    kind("other id", () -> event("\"id\": {}, \"data\": {\"text\": \"a\"}"), Set.of("INVALID_ID"));
    kind(
        "other time",
        () -> event("\"time\": \"noon\", \"data\": {\"text\": \"a\"}"),
        Set.of("INVALID_EVENT_TIME"));
  }

  @Override
  byte[] good(String id, String text) {
    String data =
        "{\"channel\": \"%s\", \"text\": %s}"
            .formatted(id, JsonNodeFactory.instance.textNode(text));
    return written++ % 2 == 0
        ? event("\"id\": \"%s\", \"data\": %s".formatted(id, data))
        : encoded(data);
  }

  @Override
  String text(byte[] value) {
    try {
      JsonNode event = MAPPER.readTree(new String(value, UTF_8));
      JsonNode encoded = event.path("data_base64");
      JsonNode data =
          encoded.isTextual()
              ? MAPPER.readTree(new String(Base64.getDecoder().decode(encoded.textValue()), UTF_8))
              : event.path("data");
      return data.path("text").textValue();
    } catch (JsonProcessingException e) {
      throw new AssertionError("was taken, and is no JSON", e);
    }
  }

  /** A version after which others may come: the last of a name counts. */
  private static byte[] event(String rest) {
    return utf8("{\"specversion\": \"1.0\", \"source\": \"s\", %s}".formatted(rest));
  }

  private static byte[] encoded(String data) {
    return event(
        "\"data_base64\": \"%s\"".formatted(Base64.getEncoder().encodeToString(utf8(data))));
  }
}
