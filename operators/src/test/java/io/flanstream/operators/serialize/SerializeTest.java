package io.flanstream.operators.serialize;

import static io.flanstream.operators.ingest.TestingRecords.record;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flanstream.operators.TestingOutput;
import io.flanstream.operators.answers.AnswerColumn;
import io.flanstream.operators.deadletter.DeadLetters;
import io.flanstream.operators.deadletter.Reason;
import io.flanstream.operators.ingest.PayloadFormat;
import io.flanstream.operators.record.KafkaHeader;
import io.flanstream.operators.record.KafkaRecord;
import io.flanstream.operators.registry.RegistryException;
import io.flanstream.operators.registry.Subject;
import io.flanstream.operators.registry.TestingRegistry;
import io.flanstream.schemas.Classification;
import io.flanstream.schemas.DeadLetter;
import io.flanstream.schemas.EnrichedEvent;
import io.flanstream.schemas.Fidelity;
import io.flanstream.schemas.ModelInfo;
import io.flanstream.schemas.Source;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecordBase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SerializeTest {
  private static final int LIMIT = 4096;
  private static final KafkaHeader TRACE = new KafkaHeader("trace", new byte[] {1});

  private static TestingRegistry registry;

  @BeforeAll
  static void startRegistry() throws IOException {
    registry =
        new TestingRegistry().answer("POST /subjects/out-value/versions", 200, "{\"id\": 258}");
  }

  @AfterAll
  static void stopRegistry() {
    registry.close();
  }

  @Test
  void writesConfluentsWireFormat() throws Exception {
    KafkaRecord origin = record(new byte[] {9}, new byte[] {8}, TRACE);

    byte[] value = serialize(RecordFormat.AVRO_CONFLUENT, origin, event("hello", 0.5)).value();

    assertThat(Arrays.copyOf(value, 5)).containsExactly(0, 0, 0, 1, 2);
    assertThat(Arrays.copyOfRange(value, 5, value.length))
        .isEqualTo(serialize(RecordFormat.AVRO, origin, event("hello", 0.5)).value());
  }

  @Test
  void failsRatherThanRejectWhereTheRegistryIsAway() {
    RecordForm form =
        new RecordForm(
            RecordFormat.AVRO_CONFLUENT,
            Subject.ofValues(registry.provider(Duration.ZERO), "out", false));
    assertThatExceptionOfType(RegistryException.class)
        .isThrownBy(
            () ->
                TestingOutput.of(
                    new SerializeEnrichedFunction(
                        List.of(
                            new OutputTopic(
                                "out", ResultForm.results(form), RecordLimit.of(LIMIT))),
                        Duration.ofMinutes(5)),
                    List.of(new EnrichedRecord(record("a"), event("hello", 0.5)))))
        .withMessage(
            "Cannot find schema io.flanstream.schemas.EnrichedEvent under subject out-value: the"
                + " registry answered 404: Schema not found");
  }

  @Test
  void recordsAreKeyedPlacedAndLabelledAsTheSinkSays() {
    AnswerColumn label =
        new AnswerColumn(
            "intent", "intent", null, AnswerColumn.Content.LABEL, AnswerColumn.Type.STRING);
    AnswerColumn none =
        new AnswerColumn(
            "mood", "mood", null, AnswerColumn.Content.LABEL, AnswerColumn.Type.STRING);
    RecordPlacement placement =
        new RecordPlacement(
            RecordPlacement.Key.ID, RecordPlacement.Partition.SOURCE, List.of(label, none));
    KafkaHeader stale = new KafkaHeader("answer.intent", new byte[] {1});
    KafkaRecord origin = record(new byte[] {9}, new byte[] {8}, TRACE, stale);
    EnrichedEvent event = event("hello", 0.5);
    event.getClassifications().get(0).setLabel("refund");
    EnrichedRecord enriched = new EnrichedRecord(origin, event);
    assertThat(placement.keyOf(enriched)).asString().isEqualTo(enriched.id());
    assertThat(placement.partitionOf(enriched)).isEqualTo(origin.partition());
    assertThat(placement.headersOf(enriched, origin.headers()))
        .extracting(header -> header.name() + " " + new String(header.value(), UTF_8))
        .containsExactly(
            TRACE.name() + " " + new String(TRACE.value(), UTF_8), "answer.intent refund");

    EnrichedRecord tombstone = new EnrichedRecord(origin, null);
    assertThat(placement.keyOf(tombstone)).containsExactly(9);
    assertThat(placement.headersOf(tombstone, origin.headers())).isEqualTo(origin.headers());
    assertThat(RecordPlacement.AS_READ.headersOf(enriched, origin.headers()))
        .isEqualTo(origin.headers());
    assertThat(RecordPlacement.AS_READ.partitionOf(enriched))
        .isEqualTo(OutboundRecord.ANY_PARTITION);
  }

  @Test
  void writesAvroWithTheKeyAndHeadersOfTheRecord() throws Exception {
    KafkaRecord origin = record(new byte[] {9}, new byte[] {8}, TRACE);

    OutboundRecord outbound = serialize(RecordFormat.AVRO, origin, event("hello", 0.5));

    assertThat(outbound.key()).containsExactly(9);
    assertThat(outbound.headers()).containsExactly(TRACE);
    assertThat(EnrichedForms.read(outbound.value())).isEqualTo(event("hello", 0.5));
  }

  @Test
  void writesPlainJson() throws Exception {
    OutboundRecord outbound =
        serialize(RecordFormat.JSON, record(null, new byte[0]), event(null, 0.5));

    assertThat(new String(outbound.key(), UTF_8)).isEqualTo("id-1");
    assertThat(new String(outbound.value(), UTF_8))
        .isEqualTo(
            """
            {"id":"id-1","eventTime":"2026-03-02T09:14:05.120Z",\
            "source":{"topic":"in","partition":1,"offset":7},"attributes":{"a":"1","b":"2"},\
            "text":null,"classifications":[{"task":"intent","label":null,"score":0.5,\
            "alternatives":[],"abstained":true}],"extractions":[],"status":[],\
            "fidelity":{"inputTokens":1,"truncatedTokens":0,"unknownTokens":0,"windows":1},\
            "model":{"name":"m","weightsHash":"h","dtype":"float32","taskSetVersion":"v"}}""");
  }

  @Test
  void letsTombstonesPass() throws Exception {
    OutboundRecord outbound =
        serialize(RecordFormat.AVRO, record(new byte[] {9}, null, TRACE), null);

    assertThat(outbound.key()).containsExactly(9);
    assertThat(outbound.value()).isNull();
    assertThat(outbound.headers()).containsExactly(TRACE);
    assertThat(serialize(RecordFormat.AVRO, record(null, null), null).key())
        .isEqualTo("in-1-7".getBytes(UTF_8));
  }

  @Test
  void rejectsWhatDoesNotFit() throws Exception {
    int fits = textThatFits();
    KafkaRecord origin = record(null, "original".getBytes(UTF_8));

    assertThat(serialize(RecordFormat.AVRO, origin, event("x".repeat(fits), 0.5)).size())
        .isEqualTo(LIMIT);
    DeadLetter letter = rejected(RecordFormat.AVRO, origin, event("x".repeat(fits + 1), 0.5));
    assertThat(letter.getStage()).isEqualTo("SERIALIZE");
    assertThat(letter.getCode()).isEqualTo("RECORD_TOO_LARGE");
    assertThat(letter.getMessage())
        .isEqualTo("Cannot serialise event id-1: its record must be at most 4096 bytes, got 4097");
    assertThat(letter.getPayload()).isEqualTo(ByteBuffer.wrap("original".getBytes(UTF_8)));
  }

  @ParameterizedTest
  @EnumSource
  void rejectsWhatIsNotOfTheSchema(RecordFormat format) throws Exception {
    EnrichedEvent event = event("hello", 0.5);
    event.setModel(null);

    DeadLetter letter = rejected(format, record(null, new byte[0]), event);

    assertThat(letter.getCode()).isEqualTo("INVALID_RECORD");
    assertThat(letter.getMessage())
        .startsWith("Cannot serialise event id-1: it must be of its schema: ")
        .contains("model");
  }

  @Test
  void rejectsNumbersThatJsonHasNot() throws Exception {
    assertThat(
            rejected(RecordFormat.JSON, record(null, new byte[0]), event("a", Double.NaN))
                .getMessage())
        .contains("it has no form for NaN");
  }

  @Test
  void writesDeadLettersWhole() throws Exception {
    DeadLetter letter = letter(100, TRACE, new KafkaHeader("empty", null));

    OutboundRecord avro = fitted(RecordFormat.AVRO, letter);
    assertThat(read(avro.value(), new DeadLetter())).isEqualTo(letter);
    assertThat(avro.key()).containsExactly(9);
    assertThat(avro.headers()).extracting(KafkaHeader::name).containsExactly("trace", "empty");

    JsonNode json = new ObjectMapper().readTree(fitted(RecordFormat.JSON, letter).value());
    assertThat(json.get("payload").binaryValue()).hasSize(100);
    assertThat(json.get("headers").get(1).get("value").isNull()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"AVRO,3900", "AVRO,4096", "AVRO,50000", "JSON,4096", "JSON,2000000"})
  void cutsTheirPayloadToFit(RecordFormat format, int length) throws Exception {
    DeadLetter letter = letter(length, TRACE);

    OutboundRecord outbound = fitted(format, letter);

    assertThat(outbound.size()).isBetween(LIMIT - 4L, (long) LIMIT);
    if (format == RecordFormat.AVRO) {
      DeadLetter cut = read(outbound.value(), new DeadLetter());
      assertThat(cut.getPayload())
          .isEqualTo(letter.getPayload().slice(0, cut.getPayload().remaining()));
      assertThat(cut.getPayloadLength()).isEqualTo(length);
      assertThat(cut.getPayloadHash()).isEqualTo(letter.getPayloadHash());
      assertThat(cut.getHeaders()).isEqualTo(letter.getHeaders());
    }
  }

  @ParameterizedTest
  @EnumSource
  void leavesOutHeadersAndKeyWhereTheyAloneAreTooLarge(RecordFormat format) throws Exception {
    KafkaRecord record =
        record(new byte[5000], new byte[5000], new KafkaHeader("h", new byte[5000]));

    OutboundRecord outbound =
        fitted(format, DeadLetters.of(record, Reason.INVALID_JSON, "m".repeat(5000)));

    assertThat(outbound.size()).isLessThanOrEqualTo(LIMIT);
    assertThat(outbound.key()).isEqualTo("in-1-7".getBytes(UTF_8));
    assertThat(outbound.headers()).isEmpty();
    assertThat(new String(outbound.value(), UTF_8))
        .contains("; 1 headers left out; key of 5000 bytes left out");
  }

  private static DeadLetter letter(int payload, KafkaHeader... headers) {
    byte[] value = new byte[payload];
    for (int i = 0; i < payload; i++) {
      value[i] = (byte) i;
    }
    return DeadLetters.of(
        record(new byte[] {9}, value, headers), Reason.INVALID_JSON, "not \uD83D JSON");
  }

  private static int textThatFits() throws Exception {
    OutboundRecord base =
        serialize(RecordFormat.AVRO, record(null, new byte[0]), event("x".repeat(3000), 0.5));
    return 3000 + (int) (LIMIT - base.size());
  }

  private static EnrichedEvent event(String text, double score) {
    return EnrichedEvent.newBuilder()
        .setId("id-1")
        .setEventTime(Instant.parse("2026-03-02T09:14:05.120Z"))
        .setSource(new Source("in", 1, 7L))
        .setAttributes(Map.of("b", "2", "a", "1"))
        .setText(text)
        .setClassifications(List.of(new Classification("intent", null, score, List.of(), true)))
        .setExtractions(List.of())
        .setStatus(List.of())
        .setFidelity(new Fidelity(1, 0, 0, 1))
        .setModel(new ModelInfo("m", "h", "float32", "v"))
        .build();
  }

  private static RecordForm form(RecordFormat format) {
    return new RecordForm(
        format, Subject.ofValues(registry.provider(Duration.ofMinutes(1)), "out", true));
  }

  private static OutboundRecord fitted(RecordFormat format, DeadLetter letter) throws Exception {
    SerializeDeadLetterFunction function =
        new SerializeDeadLetterFunction(
            "letters",
            form(format),
            RecordLimit.of(LIMIT),
            new PayloadRedaction(PayloadFormat.JSON, List.of()));
    function.open(null);
    return function.map(letter);
  }

  private static OutboundRecord serialize(
      RecordFormat format, KafkaRecord origin, EnrichedEvent event) throws Exception {
    TestingOutput<OutboundRecord> output = run(format, origin, event);
    assertThat(output.deadLetters()).isEmpty();
    return output.records().get(0);
  }

  private static DeadLetter rejected(RecordFormat format, KafkaRecord origin, EnrichedEvent event)
      throws Exception {
    TestingOutput<OutboundRecord> output = run(format, origin, event);
    assertThat(output.records()).isEmpty();
    return output.deadLetters().get(0);
  }

  private static TestingOutput<OutboundRecord> run(
      RecordFormat format, KafkaRecord origin, EnrichedEvent event) throws Exception {
    return TestingOutput.of(
        new SerializeEnrichedFunction(
            List.of(
                new OutputTopic("out", ResultForm.results(form(format)), RecordLimit.of(LIMIT))),
            Duration.ofMinutes(5)),
        List.of(new EnrichedRecord(origin, event)));
  }

  private static <T extends SpecificRecordBase> T read(byte[] bytes, T record) throws IOException {
    return new SpecificDatumReader<T>(record.getSchema())
        .read(record, DecoderFactory.get().binaryDecoder(bytes, null));
  }
}
