package io.flanstream.operators.ingest;

import static io.flanstream.operators.ingest.TestingRecords.fields;
import static io.flanstream.operators.ingest.TestingRecords.record;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.flanstream.operators.TestingOutput;
import io.flanstream.operators.record.KafkaHeader;
import io.flanstream.operators.record.KafkaRecord;
import io.flanstream.schemas.DeadLetter;
import io.flanstream.schemas.Header;
import io.flanstream.schemas.Source;
import io.flanstream.schemas.TextEvent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DatumWriter;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IngestFunctionTest {
  private static final PayloadForm JSON =
      new PayloadForm(PayloadFormat.JSON, null, fields("channel", "/sender/country", "n"));
  private static final PayloadForm TEXT = new PayloadForm(PayloadFormat.TEXT, null, fields());
  private static final PayloadForm TEXT_EVENT = new PayloadForm(PayloadFormat.AVRO, null, fields());
  private static final String SCHEMA =
      """
      {"type": "record", "name": "Message", "fields": [
        {"name": "n", "type": ["null", "long"]},
        {"name": "at", "type": {"type": "long", "logicalType": "timestamp-micros"}},
        {"name": "body", "type": {"type": "record", "name": "Body", "fields": [
          {"name": "text", "type": "string"}]}},
        {"name": "tags", "type": {"type": "map", "values": "string"}},
        {"name": "scores", "type": {"type": "array", "items": "double"}}]}
      """;
  private static final PayloadForm MESSAGE =
      new PayloadForm(
          PayloadFormat.AVRO,
          SCHEMA,
          new EventFields(
              FieldPath.parse("/body/text"),
              FieldPath.parse("n"),
              FieldPath.parse("at"),
              List.of(FieldPath.parse("/tags/channel"), FieldPath.parse("scores"))));

  @Test
  void findsTheEventInJson() throws Exception {
    KafkaRecord record =
        record(
            """
            {"id": "m-1", "text": "héllo 👋 {", "eventTime": "2026-03-02T10:14:05+01:00", "channel": "bank",
             "sender": {"country": "CY"}, "n": 1.50, "more": [1]}
            """);

    assertThat(ingest(JSON, record).events())
        .containsExactly(
            new SourcedEvent(
                record,
                new TextEvent(
                    "m-1",
                    "héllo 👋 {",
                    Instant.parse("2026-03-02T09:14:05Z"),
                    new Source("in", 1, 7L),
                    Map.of("channel", "bank", "country", "CY", "n", "1.50"))));
  }

  @Test
  void namesAnEventByItsCoordinatesAndDatesItByKafkaWhereItSaysNothing() throws Exception {
    TextEvent event = ingest(JSON, record("{\"text\": \"a\", \"id\": null}")).event();

    assertThat(event.getId()).isEqualTo("in-1-7");
    assertThat(event.getEventTime()).isEqualTo(Instant.ofEpochMilli(TestingRecords.TIMESTAMP));
  }

  @Test
  void takesWholeNumbersAsIdsAndMillisecondsAsTimes() throws Exception {
    TextEvent event =
        ingest(JSON, record("{\"text\":\"a\",\"id\":12345678901234567890,\"eventTime\":1500}"))
            .event();

    assertThat(event.getId()).isEqualTo("12345678901234567890");
    assertThat(event.getEventTime()).isEqualTo(Instant.parse("1970-01-01T00:00:01.500Z"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '#',
      value = {
        "{\"text\":        | DESERIALIZE | INVALID_JSON | Cannot decode value: it must be JSON:"
            + " line 1, column 9: Unexpected end-of-input",
        "<p>hello</p>      | DESERIALIZE | INVALID_JSON | Cannot decode value: it must be JSON:"
            + " line 1, column 1: Unexpected character ('<'",
        "{\"text\":\"a\"} {} | DESERIALIZE | INVALID_JSON | Cannot decode value: it must be JSON:"
            + " line 1, column 14: it must end where its first value does",
        "[\"text\"]        | DESERIALIZE | INVALID_JSON | Cannot decode value: it must be a JSON"
            + " object, got array",
        "##                | DESERIALIZE | INVALID_JSON | Cannot decode value: it must be a JSON"
            + " object, got an empty value",
        "{}                | VALIDATE | MISSING_TEXT | Cannot use record: \"text\" must be there,"
            + " got nothing",
        "{\"text\":null}   | VALIDATE | MISSING_TEXT | Cannot use record: \"text\" must be there,"
            + " got nothing",
        "{\"text\":5}      | VALIDATE | INVALID_TEXT | Cannot use record: \"text\" must be a"
            + " string, got 5",
        "{\"text\":[\"a\"]} | VALIDATE | INVALID_TEXT | Cannot use record: \"text\" must be a"
            + " string, got [\"a\"]",
        "{\"text\":\"a\\ud83d\"} | VALIDATE | INVALID_TEXT | Cannot use record: \"text\" must be"
            + " Unicode, got half of a surrogate pair",
        "{\"text\":\" \\n"
            + "\\t\"} | VALIDATE | EMPTY_TEXT | Cannot use record: \"text\" must have more than"
            + " white space, got 3 characters of it",
        "{\"text\":\"a\",\"id\":\"\"} | VALIDATE | INVALID_ID | Cannot use record: \"id\" must be a"
            + " string that is not empty or a whole number, got \"\"",
        "{\"text\":\"a\",\"id\":1.5} | VALIDATE | INVALID_ID | whole number, got 1.5",
        "{\"text\":\"a\",\"id\":{}} | VALIDATE | INVALID_ID | whole number, got {}",
        "{\"text\":\"a\",\"id\":\"\\udc00\"} | VALIDATE | INVALID_ID | whole number, got \"?\"",
        "{\"text\":\"a\",\"eventTime\":\"yesterday\"} | VALIDATE | INVALID_EVENT_TIME | Cannot use"
            + " record: \"eventTime\" must be ISO 8601 with a zone or milliseconds since 1970, in"
            + " the years 1 to 9999, got \"yesterday\"",
        "{\"text\":\"a\",\"eventTime\":\"2026-02-30T00:00:00Z\"} | VALIDATE | INVALID_EVENT_TIME |"
            + " got \"2026-02-30T00:00:00Z\"",
        "{\"text\":\"a\",\"eventTime\":\"2026-02-01T00:00:00\"} | VALIDATE | INVALID_EVENT_TIME |"
            + " got \"2026-02-01T00:00:00\"",
        "{\"text\":\"a\",\"eventTime\":99999999999999999} | VALIDATE | INVALID_EVENT_TIME | got"
            + " 99999999999999999",
        "{\"text\":\"a\",\"eventTime\":9223372036854775808} | VALIDATE | INVALID_EVENT_TIME | got"
            + " 9223372036854775808",
        "{\"text\":\"a\",\"eventTime\":true} | VALIDATE | INVALID_EVENT_TIME | got true",
      })
  void rejectsWhatBreaksARule(String value, String stage, String code, String message)
      throws Exception {
    KafkaRecord record = record(value);

    DeadLetter letter = ingest(JSON, record).letter();

    assertThat(letter.getStage()).isEqualTo(stage);
    assertThat(letter.getCode()).isEqualTo(code);
    assertThat(letter.getMessage()).contains(message);
    assertThat(letter.getPayload()).isEqualTo(ByteBuffer.wrap(record.value()));
  }

  @Test
  void keepsEverythingOfARejectedRecord() throws Exception {
    KafkaRecord record =
        record(
            new byte[] {1, 2},
            "héllo".getBytes(ISO_8859_1),
            new KafkaHeader("trace", new byte[] {3}),
            new KafkaHeader("empty", null));

    assertThat(ingest(TEXT, record).letter())
        .isEqualTo(
            DeadLetter.newBuilder()
                .setSource(new Source("in", 1, 7L))
                .setKey(ByteBuffer.wrap(new byte[] {1, 2}))
                .setPayload(ByteBuffer.wrap(record.value()))
                .setPayloadLength(5)
                .setPayloadHash("c63c19ed1e0ee079f22ddb0d4112cfc799132c88684eb42324c62b9899b0c6c1")
                .setHeaders(
                    List.of(
                        new Header("trace", ByteBuffer.wrap(new byte[] {3})),
                        new Header("empty", null)))
                .setStage("DESERIALIZE")
                .setCode("INVALID_UTF8")
                .setMessage("Cannot decode value: byte 1 of 5 must be UTF-8, got 0xe9")
                .setAttempts(1)
                .setLeftOut(List.of())
                .setRedacted(List.of())
                .build());
  }

  @Test
  void takesPlainTextAsItIs() throws Exception {
    assertThat(ingest(TEXT, record(" {\"text\": 1}\n")).event().getText())
        .isEqualTo(" {\"text\": 1}\n");
    assertThat(ingest(TEXT, record("")).letter().getCode()).isEqualTo("EMPTY_TEXT");
  }

  @Test
  void letsTombstonesPass() throws Exception {
    KafkaRecord tombstone = record(new byte[] {1}, null);

    assertThat(ingest(JSON, tombstone).events()).containsExactly(new SourcedEvent(tombstone, null));
  }

  @Test
  void readsOurOwnEvents() throws Exception {
    TextEvent event =
        new TextEvent(
            "a", "b", Instant.EPOCH, new Source("other", 0, 0L), Map.of("channel", "bank"));

    assertThat(ingest(TEXT_EVENT, record(null, avro(event))).event())
        .isEqualTo(TextEvent.newBuilder(event).setSource(new Source("in", 1, 7L)).build());
  }

  @Test
  void findsTheEventInAvroOfAnotherSchema() throws Exception {
    TextEvent event = ingest(MESSAGE, record(null, message("hello"))).event();

    assertThat(event.getText()).isEqualTo("hello");
    assertThat(event.getId()).isEqualTo("42");
    assertThat(event.getEventTime()).isEqualTo(Instant.parse("1970-01-01T00:00:01.001Z"));
    assertThat(event.getAttributes()).isEqualTo(Map.of("channel", "bank", "scores", "[0.5,1.0]"));
  }

  @Test
  void rejectsAvroWithBytesLeftOver() throws Exception {
    byte[] value = message("hello");

    assertThat(
            ingest(MESSAGE, record(null, Arrays.copyOf(value, value.length + 2)))
                .letter()
                .getMessage())
        .isEqualTo(
            "Cannot decode value: its %s bytes must be an Avro record Message: 2 bytes are left over"
                .formatted(value.length + 2));
  }

  @Test
  void rejectsAvroStringsThatAreNotUtf8() throws Exception {
    byte[] value = message("hello");
    value[new String(value, ISO_8859_1).indexOf('h')] = (byte) 0xff;

    assertThat(ingest(MESSAGE, record(null, value)).letter().getMessage())
        .endsWith("string of 5 bytes is not UTF-8");
  }

  /**
   * A length from corrupt bytes must not be allocated, and a failure must not touch what follows.
   */
  @Test
  void survivesAnyCorruptionOfAvro() throws Exception {
    byte[] good = message("hello");
    Random random = new Random(17);
    List<KafkaRecord> records = new ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      byte[] bad = Arrays.copyOf(good, 1 + random.nextInt(good.length + 4));
      for (int flips = random.nextInt(4); flips >= 0; flips--) {
        bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
      }
      records.add(record(null, bad));
      records.add(record(null, good));
    }
    records.add(record(null, new byte[] {0, 0, (byte) 0xfe, (byte) 0xff, -1, -1, 15}));

    Ingested ingested = ingest(MESSAGE, records.toArray(KafkaRecord[]::new));

    assertThat(ingested.events().size() + ingested.letters().size()).isEqualTo(records.size());
    assertThat(ingested.letters()).hasSizeGreaterThan(1000);
    assertThat(ingested.events().stream().filter(event -> event.origin().value() == good))
        .hasSize(2000)
        .allSatisfy(event -> assertThat(event.event().getText()).isEqualTo("hello"));
  }

  @Test
  void saysWhereAFieldCannotBe() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FieldPath.parse("/a//b"))
        .withMessage("Cannot find field: its path must be a name or a JSON pointer, got \"/a//b\"");
    assertThat(FieldPath.parse("/a~1b/c~0d").segments()).containsExactly("a/b", "c~d");
    assertThat(record("x").keyOr("id")).isEqualTo("id".getBytes(UTF_8));
  }

  private static byte[] avro(TextEvent event) throws IOException {
    return written(new SpecificDatumWriter<>(TextEvent.class), event);
  }

  private static byte[] message(String text) throws IOException {
    Schema schema = new Schema.Parser().parse(SCHEMA);
    GenericData.Record body = new GenericData.Record(schema.getField("body").schema());
    body.put("text", text);
    GenericData.Record message = new GenericData.Record(schema);
    message.put("n", 42L);
    message.put("at", 1_001_002L);
    message.put("body", body);
    message.put("tags", Map.of("channel", "bank"));
    message.put("scores", List.of(0.5, 1.0));
    return written(new GenericDatumWriter<>(schema), message);
  }

  private static <T> byte[] written(DatumWriter<T> writer, T record) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    writer.write(record, encoder);
    encoder.flush();
    return out.toByteArray();
  }

  private static Ingested ingest(PayloadForm form, KafkaRecord... records) throws Exception {
    TestingOutput<SourcedEvent> output =
        TestingOutput.of(new IngestFunction(form), List.of(records));
    return new Ingested(output.records(), output.deadLetters());
  }

  private record Ingested(List<SourcedEvent> events, List<DeadLetter> letters) {

    TextEvent event() {
      assertThat(letters).isEmpty();
      assertThat(events).hasSize(1);
      return events.get(0).event();
    }

    DeadLetter letter() {
      assertThat(events).isEmpty();
      assertThat(letters).hasSize(1);
      return letters.get(0);
    }
  }
}
