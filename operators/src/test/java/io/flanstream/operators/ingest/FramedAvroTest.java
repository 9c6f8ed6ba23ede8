package io.flanstream.operators.ingest;

import static io.flanstream.operators.TestingAvro.bytes;
import static io.flanstream.operators.TestingAvro.framed;
import static io.flanstream.operators.ingest.TestingRecords.fields;
import static io.flanstream.operators.ingest.TestingRecords.record;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.node.TextNode;
import io.flanstream.operators.TestingOutput;
import io.flanstream.operators.record.KafkaHeader;
import io.flanstream.operators.record.KafkaRecord;
import io.flanstream.operators.registry.RegistryException;
import io.flanstream.operators.registry.TestingRegistry;
import io.flanstream.schemas.DeadLetter;
import io.flanstream.schemas.Source;
import io.flanstream.schemas.TextEvent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FramedAvroTest {
  private static final String FIRST =
      """
      {"type": "record", "name": "Message", "fields": [
        {"name": "id", "type": "string"},
        {"name": "text", "type": "string"},
        {"name": "old", "type": {"type": "array", "items": "string"}}]}
      """;
  private static final String SECOND =
      """
      {"type": "record", "name": "Message", "fields": [
        {"name": "text", "type": "string"},
        {"name": "channel", "type": ["null", "string"]},
        {"name": "id", "type": "long"}]}
      """;
  private static final String EXPECTED =
      """
      {"type": "record", "name": "Message", "fields": [
        {"name": "channel", "type": ["null", "string"], "default": null},
        {"name": "text", "type": "string"},
        {"name": "country", "type": "string", "default": "CY"}]}
      """;

  private static final String BARE =
      "{\"name\": \"a\", \"type\": \"int\"}, {\"name\": \"b\", \"type\": \"int\"}, "
          + "{\"name\": \"c\", \"type\": \"int\"}, {\"name\": \"d\", \"type\": \"int\"}, "
          + "{\"name\": \"e\", \"type\": \"int\"}, {\"name\": \"text\", \"type\": \"string\"}";

  private static final String HUGE =
      """
      {"type": "record", "name": "Huge", "fields": [
        {"name": "f", "type": {"type": "fixed", "name": "F", "size": 1073741824}},
        {"name": "text", "type": "string"}]}
      """;

  private TestingRegistry registry;

  @BeforeEach
  void start() throws IOException {
    registry = new TestingRegistry().schema(1, FIRST).schema(0x01020304, SECOND);
  }

  @AfterEach
  void stop() {
    registry.close();
  }

  @Test
  void readsEachRecordByTheSchemaThatItNames() throws Exception {
    TestingOutput<SourcedEvent> output = ingest(null, first(), second(), first(), second());

    assertThat(output.deadLetters()).isEmpty();
    assertThat(output.records())
        .extracting(record -> record.event().getId(), record -> record.event().getText())
        .containsExactly(
            tuple("m", "one"), tuple("2", "two"), tuple("m", "one"), tuple("2", "two"));
    assertThat(output.records().get(1).event().getAttributes())
        .containsOnly(Map.entry("channel", "bank"));
    assertThat(registry.asked()).hasSize(2);
  }

  @Test
  void readsThemAllAsOneSchemaWhereAsked() throws Exception {
    TestingOutput<SourcedEvent> output = ingest(EXPECTED, first(), second());

    assertThat(output.deadLetters()).isEmpty();
    assertThat(output.records())
        .extracting(record -> record.event().getText(), record -> record.event().getAttributes())
        .containsExactly(
            tuple("one", Map.of("country", "CY")),
            tuple("two", Map.of("channel", "bank", "country", "CY")));
  }

  /** A value without a frame may begin as one with another schema's id does. */
  @Test
  void aHeaderNamesTheSchema() throws Exception {
    registry
        .schema(3, "{\"type\": \"record\", \"name\": \"Bare\", \"fields\": [%s]}".formatted(BARE))
        .answer(
            "GET /schemas/guids/0b8c4f0e-37c1-4b8e-9f5c-0d8f6f9f2a11",
            200,
            "{\"schema\": %s}"
                .formatted(
                    new TextNode(
                        "{\"type\": \"record\", \"name\": \"Bare\", \"fields\": [%s]}"
                            .formatted(BARE))));
    byte[] bare = {0, 0, 0, 0, 2, 8, 't', 'e', 'x', 't'};
    ByteBuffer guid = ByteBuffer.allocate(17).put((byte) 1);
    guid.putLong(0x0b8c4f0e37c14b8eL).putLong(0x9f5c0d8f6f9f2a11L);
    List<KafkaRecord> records =
        List.of(
            record(null, bare, new KafkaHeader("__value_schema_id", new byte[] {0, 0, 0, 0, 3})),
            record(null, bare, new KafkaHeader("__value_schema_id", guid.array())),
            record(
                null,
                bare,
                new KafkaHeader("apicurio.value.contentId", new byte[] {0, 0, 0, 0, 0, 0, 0, 3})),
            record(null, bare, new KafkaHeader("__value_schema_id", new byte[] {7})),
            record(null, bare));
    TestingOutput<SourcedEvent> output =
        TestingOutput.of(ingest(null, Duration.ofMillis(200)), records);

    assertThat(output.records())
        .extracting(record -> record.event().getText())
        .containsExactly("text", "text", "text");
    assertThat(output.deadLetters())
        .extracting(DeadLetter::getCode, DeadLetter::getMessage)
        .containsExactly(
            tuple(
                "INVALID_FRAME",
                "Cannot decode value: header __value_schema_id must be a schema's id, got 1 bytes"),
            tuple(
                "UNKNOWN_SCHEMA",
                "Cannot decode value: the registry has no schema 2: it answered 404: Schema not found"));
  }

  @Test
  void passesOnTheAttributesOfOurOwnEvents() throws Exception {
    registry.schema(5, TextEvent.getClassSchema().toString());
    TextEvent event =
        new TextEvent("e", "hello", Instant.EPOCH, new Source("t", 0, 0L), Map.of("own", "1"));
    byte[] plain = TextEvent.getEncoder().encode(event).array();
    byte[] value = framed(5, Arrays.copyOfRange(plain, 10, plain.length));

    assertThat(ingest(null, value).records().get(0).event().getAttributes())
        .containsOnly(Map.entry("own", "1"));
  }

  @Test
  void rejectsWhatIsNotInTheFormat() throws Exception {
    registry.schema(3, "\"string\"");
    registry.schema(4, HUGE);
    byte[] otherMagic = first();
    otherMagic[0] = 1;
    byte[] otherSchema = first();
    otherSchema[4] = 9;
    byte[] noRecord = first();
    noRecord[4] = 3;
    List<byte[]> bad =
        List.of(
            new byte[0],
            new byte[] {0, 0, 0, 0},
            otherMagic,
            new byte[] {0, -1, -1, -1, -1, 2},
            otherSchema,
            noRecord,
            Arrays.copyOf(first(), 7),
            Arrays.copyOf(first(), first().length + 1),
            framed(1, new byte[0]),
            framed(4, new byte[] {2, 'a'}));
    List<byte[]> values = new ArrayList<>();
    for (byte[] value : bad) {
      values.addAll(List.of(value, first()));
    }

    TestingOutput<SourcedEvent> output = ingest(null, values.toArray(byte[][]::new));

    assertThat(output.records())
        .hasSize(bad.size())
        .allSatisfy(record -> assertThat(record.event().getText()).isEqualTo("one"));
    assertThat(output.deadLetters())
        .extracting(DeadLetter::getCode)
        .containsExactly(
            "INVALID_FRAME",
            "INVALID_FRAME",
            "INVALID_FRAME",
            "INVALID_FRAME",
            "UNKNOWN_SCHEMA",
            "UNKNOWN_SCHEMA",
            "INVALID_AVRO",
            "INVALID_AVRO",
            "INVALID_AVRO",
            "INVALID_AVRO");
    assertThat(output.deadLetters())
        .extracting(DeadLetter::getPayload)
        .containsExactlyElementsOf(bad.stream().map(ByteBuffer::wrap).toList());
    assertThat(output.deadLetters())
        .extracting(DeadLetter::getMessage)
        .contains(
            "Cannot decode value: its 4 bytes must be a zero byte, a schema's id in four and an"
                + " Avro record",
            "Cannot decode value: the registry has no schema 9: it answered 404: Schema not found",
            "Cannot decode value: schema 3 must be a record's, got STRING",
            "Cannot decode value: its %s bytes must be an Avro record Message: 1 bytes are left over"
                .formatted(first().length - 4),
            "Cannot decode value: its 2 bytes must be an Avro record Huge: fixed F of 1073741824"
                + " bytes exceeds the value's 2");
  }

  @Test
  void survivesAnyCorruption() throws Exception {
    Random random = new Random(23);
    List<byte[]> values = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      byte[] good = i % 2 == 0 ? first() : second();
      byte[] bad = Arrays.copyOf(good, 1 + random.nextInt(good.length + 4));
      for (int flips = random.nextInt(4); flips >= 0; flips--) {
        bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
      }
      values.addAll(List.of(bad, good));
    }

    for (String schema : Arrays.asList(null, EXPECTED)) {
      // Ids that are not there are not waited for.
      TestingOutput<SourcedEvent> output =
          ingest(schema, Duration.ofMillis(1), values.toArray(byte[][]::new));

      assertThat(output.records().size() + output.deadLetters().size()).isEqualTo(values.size());
      assertThat(output.deadLetters()).hasSizeGreaterThan(500);
      assertThat(output.records())
          .filteredOn(record -> record.event().getText().matches("one|two"))
          .hasSizeGreaterThanOrEqualTo(1000);
    }
  }

  @Test
  void aRegistryThatIsAwayIsNoFaultOfTheRecord() {
    registry.trouble(Integer.MAX_VALUE, 503, "");

    assertThatExceptionOfType(RegistryException.class)
        .isThrownBy(() -> ingest(null, first()))
        .withMessageContaining("/schemas/ids/1 answered 503, for 200 ms");
  }

  private TestingOutput<SourcedEvent> ingest(String schema, byte[]... values) throws Exception {
    return ingest(schema, Duration.ofMillis(200), values);
  }

  private TestingOutput<SourcedEvent> ingest(String schema, Duration patience, byte[]... values)
      throws Exception {
    List<KafkaRecord> records = Arrays.stream(values).map(value -> record(null, value)).toList();
    return TestingOutput.of(ingest(schema, patience), records);
  }

  private IngestFunction ingest(String schema, Duration patience) {
    return new IngestFunction(
        new PayloadForm(
            PayloadFormat.AVRO_CONFLUENT,
            schema,
            fields("channel", "country"),
            registry.provider(patience)));
  }

  private static byte[] first() throws IOException {
    GenericData.Record message = new GenericData.Record(new Schema.Parser().parse(FIRST));
    message.put("id", "m");
    message.put("text", "one");
    message.put("old", List.of("x", "y"));
    return framed(1, written(message));
  }

  private static byte[] second() throws IOException {
    GenericData.Record message = new GenericData.Record(new Schema.Parser().parse(SECOND));
    message.put("id", 2L);
    message.put("text", "two");
    message.put("channel", "bank");
    return framed(0x01020304, written(message));
  }

  private static byte[] written(GenericData.Record record) throws IOException {
    return bytes(record.getSchema(), record);
  }
}
