package io.flanstream.operators.serialize;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flanstream.operators.deadletter.DeadLetters;
import io.flanstream.operators.deadletter.OriginalRecord;
import io.flanstream.operators.deadletter.Reason;
import io.flanstream.operators.deadletter.RejectedRecordException;
import io.flanstream.operators.ingest.EventFields;
import io.flanstream.operators.ingest.EventReader;
import io.flanstream.operators.ingest.FieldPath;
import io.flanstream.operators.ingest.PayloadForm;
import io.flanstream.operators.ingest.PayloadFormat;
import io.flanstream.operators.record.KafkaHeader;
import io.flanstream.operators.record.KafkaRecord;
import io.flanstream.schemas.DeadLetter;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing of a hidden value is in any byte of a dead letter, wherever a path leads. */
class RedactionLawsTest {
  private static final String SECRET = "geheim-4711-\u00e9\uD83D\uDC4B";
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @Test
  void hidesWhateverAPathLeadsTo() throws Exception {
    for (int seed = 0; seed < 500; seed++) {
      hidesWhateverAPathLeadsTo(new Random(seed));
    }
  }

  private static void hidesWhateverAPathLeadsTo(Random random) throws Exception {
    List<String> path = new ArrayList<>();
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    grow(root, random, path, 1 + random.nextInt(5));
    String pointer =
        path.stream()
            .map(segment -> "/" + segment.replace("~", "~0").replace("/", "~1"))
            .reduce("", String::concat);
    byte[] value = MAPPER.writeValueAsBytes(root);

    // The text is found there: the event would have it.
    KafkaRecord record = record(value, random.nextBoolean() ? SECRET : "key");
    JsonNode found = root.at(pointer);
    if (found.isTextual()) {
      assertThat(reader(PayloadFormat.JSON, pointer, null).read(record).getText())
          .isEqualTo(found.textValue());
    }

    assertNothingOfIt(PayloadFormat.JSON, pointer, record, message(record, pointer));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"id\":\"\",\"messages\":[{\"text\":\"SECRET\"}]}",
        "{\"messages\":[{\"text\":\"SECRET\"}],\"messages\":5}",
        "{\"messages\":[{\"text\":5,\"text\":\"SECRET\"}]}",
        "{\"messages\":[{\"text\":\"x\"}]} SECRET",
        "{\"messages\":[{\"text\":\"x\"}]} {\"text\":\"SECRET\"}",
        "{\"messages\":[{\"text\":\"SECRET",
        "\uFEFF{\"messages\":[{\"text\":\"SECRET\"}]}",
        "{\"messages\":[{\"text\":[\"a\",{\"SECRET\":[\"SECRET\"]}]}]}",
        "SECRET",
        "[\"SECRET\"]"
      })
  void hidesItWhateverElseIsWrong(String template) throws Exception {
    KafkaRecord record = record(template.replace("SECRET", SECRET).getBytes(UTF_8), "key");

    assertNothingOfIt(
        PayloadFormat.JSON, "/messages/0/text", record, message(record, "/messages/0/text"));
  }

  @Test
  void hidesTextsAndAvroAsAWhole() throws Exception {
    KafkaRecord text = record(SECRET.getBytes(UTF_8), "key");
    assertNothingOfIt(PayloadFormat.TEXT, "text", text, "it must be shorter, got " + SECRET);

    KafkaRecord avro = record(avro(), "key");
    assertThat(reader(PayloadFormat.AVRO, "/messages/0/text", AVRO.toString()).read(avro).getText())
        .isEqualTo(SECRET);
    assertNothingOfIt(PayloadFormat.AVRO, "/messages/0/text", avro, "must be 5, got " + SECRET);
  }

  @Test
  void saysInFieldsWhatWasHiddenAndWhatCannotBeSentAgain() {
    PayloadRedaction redaction =
        new PayloadRedaction(
            PayloadFormat.JSON,
            List.of(FieldPath.parse("/messages/0/text"), FieldPath.parse("/customers/0/email")));
    KafkaRecord record =
        record(
            "{\"id\":\"\",\"messages\":[{\"text\":\"my pin is 4711\"}],\"customers\":[]}"
                .getBytes(UTF_8),
            "my pin is 4711");

    DeadLetter letter =
        redaction.redact(DeadLetters.of(record, Reason.INVALID_ID, "must be set, got \"\""));

    assertThat(UTF_8.decode(letter.getPayload()).toString())
        .isEqualTo("{\"id\":\"\",\"messages\":[{\"text\":\"[redacted]\"}],\"customers\":[]}");
    assertThat(letter.getRedacted()).containsExactly("/messages/0/text");
    assertThat(letter.getLeftOut()).containsExactly("key", "headers");
    assertThat(OriginalRecord.missing(letter)).contains("/messages/0/text redacted");
  }

  @Test
  void leavesARecordThatHasNoneOfTheFieldsAsItIs() {
    KafkaRecord record = record("{ \"id\": \"\" }".getBytes(UTF_8), "key");
    DeadLetter letter = DeadLetters.of(record, Reason.INVALID_ID, "must be set, got \"\"");

    assertThat(redaction(PayloadFormat.JSON, "/messages/0/text").redact(letter)).isEqualTo(letter);
    assertThat(OriginalRecord.missing(letter)).isEmpty();
  }

  private static final Schema AVRO =
      SchemaBuilder.record("Chat")
          .fields()
          .name("messages")
          .type()
          .array()
          .items(SchemaBuilder.record("Message").fields().requiredString("text").endRecord())
          .noDefault()
          .endRecord();

  private static byte[] avro() throws Exception {
    GenericRecord message =
        new GenericData.Record(AVRO.getField("messages").schema().getElementType());
    message.put("text", SECRET);
    GenericRecord chat = new GenericData.Record(AVRO);
    chat.put("messages", List.of(message));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    new GenericDatumWriter<GenericRecord>(AVRO).write(chat, encoder);
    encoder.flush();
    return out.toByteArray();
  }

  /** Objects and lists down to the secret, which is a text, or in something that is none. */
  private static void grow(JsonNode parent, Random random, List<String> path, int depth) {
    JsonNode child =
        depth > 1
            ? random.nextBoolean()
                ? JsonNodeFactory.instance.objectNode()
                : JsonNodeFactory.instance.arrayNode()
            : switch (random.nextInt(3)) {
              case 0 -> JsonNodeFactory.instance.arrayNode().add(SECRET);
              case 1 -> JsonNodeFactory.instance.objectNode().put(SECRET, SECRET);
              default -> JsonNodeFactory.instance.textNode(SECRET);
            };
    if (parent instanceof ObjectNode object) {
      String name = List.of("text", "a/b", "~", "0", "x.y", "é").get(random.nextInt(6));
      object.put("other", random.nextInt());
      object.set(name, child);
      path.add(name);
    } else if (parent instanceof ArrayNode array) {
      for (int i = random.nextInt(3); i > 0; i--) {
        array.add(i);
      }
      path.add(String.valueOf(array.size()));
      array.add(child);
    }
    if (depth > 1) {
      grow(child, random, path, depth - 1);
    }
  }

  /** What the reader says about the record, or about its id. */
  private static String message(KafkaRecord record, String pointer) {
    try {
      reader(PayloadFormat.JSON, pointer, null).read(record);
      return "Cannot use record: \"id\" must be something else, got " + SECRET;
    } catch (RejectedRecordException e) {
      return e.getMessage();
    }
  }

  private static void assertNothingOfIt(
      PayloadFormat format, String pointer, KafkaRecord record, String message) throws Exception {
    Reason reason = message.startsWith("Cannot decode") ? Reason.INVALID_JSON : Reason.INVALID_TEXT;
    DeadLetter letter = redaction(format, pointer).redact(DeadLetters.of(record, reason, message));
    for (RecordFormat written : List.of(RecordFormat.JSON, RecordFormat.AVRO)) {
      SerializeDeadLetterFunction function =
          new SerializeDeadLetterFunction(
              "letters",
              new RecordForm(written),
              RecordLimit.of(1 << 20),
              redaction(format, pointer));
      function.open(null);
      OutboundRecord out = function.map(DeadLetters.of(record, reason, message));
      assertThat(new String(out.value(), UTF_8)).doesNotContain("geheim");
      assertThat(new String(out.key(), UTF_8)).doesNotContain("geheim");
      out.headers()
          .forEach(
              header -> assertThat(new String(header.value(), UTF_8)).doesNotContain("geheim"));
    }
    if (letter.getPayload() != null) {
      assertThat(UTF_8.decode(letter.getPayload()).toString()).doesNotContain("geheim");
    }
    assertThat(letter.getRedacted()).containsExactly(pointer);
  }

  private static PayloadRedaction redaction(PayloadFormat format, String pointer) {
    return new PayloadRedaction(format, List.of(FieldPath.parse(pointer)));
  }

  private static EventReader reader(PayloadFormat format, String pointer, String schema) {
    return new EventReader(
        new PayloadForm(
            format,
            schema,
            new EventFields(
                FieldPath.parse(pointer),
                FieldPath.parse("no-id"),
                FieldPath.parse("no-time"),
                List.of())));
  }

  private static KafkaRecord record(byte[] value, String key) {
    return new KafkaRecord(
        "in",
        1,
        7L,
        0L,
        key.getBytes(UTF_8),
        value,
        List.of(new KafkaHeader("trace", key.getBytes(UTF_8))));
  }
}
