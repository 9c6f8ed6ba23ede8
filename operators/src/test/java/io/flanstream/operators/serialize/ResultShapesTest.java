package io.flanstream.operators.serialize;

import static io.flanstream.operators.TestingAvro.bytes;
import static io.flanstream.operators.ingest.TestingRecords.fields;
import static io.flanstream.operators.ingest.TestingRecords.record;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.flanstream.operators.TestingAvro;
import io.flanstream.operators.TestingOutput;
import io.flanstream.operators.answers.AnswerColumn;
import io.flanstream.operators.answers.AnswerRecord;
import io.flanstream.operators.ingest.PayloadForm;
import io.flanstream.operators.ingest.PayloadFormat;
import io.flanstream.operators.record.KafkaHeader;
import io.flanstream.operators.record.KafkaRecord;
import io.flanstream.operators.registry.RegistryException;
import io.flanstream.operators.registry.Subject;
import io.flanstream.operators.registry.TestingRegistry;
import io.flanstream.schemas.DeadLetter;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.avro.Conversions;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.data.TimeConversions;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.util.RandomData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResultShapesTest {
  private static final String FIELD = "answers";
  private static final Schema TICKET =
      new Schema.Parser()
          .parse(
              """
              {"type": "record", "name": "Ticket", "namespace": "shop", "doc": "A ticket.",
               "fields": [
                 {"name": "text", "type": "string"},
                 {"name": "price", "type": {"type": "fixed", "name": "Price", "size": 4,
                   "logicalType": "decimal", "precision": 9, "scale": 2}},
                 {"name": "tags", "type": {"type": "map", "values": ["null", "long"]}},
                 {"name": "more", "type": ["null", {"type": "array", "items":
                   {"type": "record", "name": "Line", "fields": [
                     {"name": "line", "type": "string"}]}}], "default": null},
                 {"name": "sum", "type": "double"}]}
              """);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'text':'a'}|{'text':'a',ANSWERS}",
        "{'text':'a','n':1.10,'m':1E400,'k':{'x':[-0.0]} }|{'text':'a','n':1.10,'m':1E400,'k':{'x':[-0.0]},ANSWERS }",
        " {^'text' :'}', 'b':2^}^ | {^'text' :'}', 'b':2,ANSWERS^}^ ",
        "{}|{ANSWERS}",
        "{'a':{'answers':1},'a':2}|{'a':{'answers':1},'a':2,ANSWERS}"
      },
      quoteCharacter = '~',
      ignoreLeadingAndTrailingWhitespace = false)
  void mergedJsonIsTheObjectAsItCame(String object, String merged) throws Exception {
    assertThat(merge(PayloadFormat.JSON, json(object)))
        .isEqualTo(json(merged).replace("ANSWERS", "\"answers\":" + TestingAnswers.JSON));
  }

  @Test
  void mergedJsonKeepsAByteOrderMark() throws Exception {
    assertThat(merge(PayloadFormat.JSON, "\uFEFF{\"text\":\"\uD83D\uDE00\"}"))
        .isEqualTo(
            "\uFEFF{\"text\":\"\uD83D\uDE00\",\"answers\":%s}".formatted(TestingAnswers.JSON));
  }

  @Test
  void aTextIsMergedIntoAnObject() throws Exception {
    assertThat(merge(PayloadFormat.TEXT, "say \"hi\"\n"))
        .isEqualTo(
            "{\"text\":\"say \\\"hi\\\"\\n\",\"answers\":%s}".formatted(TestingAnswers.JSON));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{'answers':1}", "{'text':'a','\\u0061nswers':null}"})
  void aRecordThatHasTheFieldIsADeadLetter(String object) throws Exception {
    DeadLetter letter =
        run(form(RecordFormat.JSON, PayloadFormat.JSON, null), record(json(object)))
            .deadLetters()
            .get(0);

    assertThat(letter.getCode()).isEqualTo("FIELD_TAKEN");
    assertThat(letter.getStage()).isEqualTo("SERIALIZE");
    assertThat(letter.getMessage())
        .isEqualTo(
            "Cannot merge answers into record: it must have no field \"answers\" of its own; sink.answers-field names another");
  }

  static Stream<Schema> mergedAvroIsTheBytesThatCameAndTheAnswers() {
    // One that can hold itself, too.
    String line = TICKET.getField("more").schema().getTypes().get(1).getElementType().toString();
    return Stream.of(
        TICKET, new Schema.Parser().parse(TICKET.toString().replace(line, "\"Ticket\"")));
  }

  @ParameterizedTest
  @MethodSource
  void mergedAvroIsTheBytesThatCameAndTheAnswers(Schema written) throws Exception {
    Random random = new Random(7);
    ResultForm form = form(RecordFormat.AVRO, PayloadFormat.AVRO, written.toString());
    Schema merged =
        new MergedSchema(FIELD, ResultForm.answersField(FIELD, TestingAnswers.COLUMNS).schema())
            .of(written);
    for (Object ticket : new RandomData(written, 200, random.nextLong())) {
      byte[] came = bytes(written, ticket);

      byte[] value = run(form, record(null, came)).records().get(0).value();

      assertThat(Arrays.copyOf(value, came.length)).isEqualTo(came);
      // Whoever reads with either schema reads the record.
      assertThat(read(merged, written, value)).isEqualTo(read(written, written, came));
      GenericRecord whole = read(merged, merged, value);
      assertThat(whole.get("text")).hasToString(((GenericRecord) ticket).get("text").toString());
      assertAnswers((GenericRecord) whole.get(FIELD));
      assertThat(read(written, merged, came).get(FIELD)).isNull();
    }
  }

  @Test
  void mergedAvroIsNamedAsItCame() throws Exception {
    Schema merged = merged(TestingAnswers.COLUMNS);

    assertThat(merged.getFullName()).isEqualTo("shop.Ticket");
    assertThat(merged.getDoc()).isEqualTo("A ticket.");
    assertThat(merged.getField("price").schema()).isEqualTo(TICKET.getField("price").schema());
  }

  @Test
  void mergedRecordsInConfluentsFormatHaveASchemaDerivedFromTheirs() throws Exception {
    try (TestingRegistry registry = new TestingRegistry()) {
      registry.schema(3, TICKET.toString());
      registry.answer("POST /subjects/out-value/versions", 200, "{\"id\": 258}");
      ResultForm form = framed(registry);
      byte[] came = bytes(TICKET, new RandomData(TICKET, 1).iterator().next());

      KafkaHeader trace = new KafkaHeader("trace", new byte[] {1});
      OutboundRecord framed =
          run(form, record(null, TestingAvro.framed(3, came), trace)).records().get(0);
      KafkaHeader named = new KafkaHeader("__value_schema_id", new byte[] {0, 0, 0, 0, 3});
      OutboundRecord bare = run(form, record(null, came, named, trace)).records().get(0);

      assertThat(Arrays.copyOf(framed.value(), 5)).containsExactly(0, 0, 0, 1, 2);
      assertThat(Arrays.copyOfRange(framed.value(), 5, 5 + came.length)).isEqualTo(came);
      assertThat(bare.value()).isEqualTo(framed.value());
      // What a header says of the input's schema is not so of the value any more.
      assertThat(bare.headers()).containsExactly(trace);
      assertThat(framed.headers()).containsExactly(trace);
      assertThat(registry.asked())
          .anySatisfy(asked -> assertThat(asked).contains("Ticket", "intent_score"));
    }
  }

  @Test
  void aSchemaThatTheRegistryRefusesIsADeadLetter() throws Exception {
    try (TestingRegistry registry = new TestingRegistry()) {
      registry.schema(3, TICKET.toString());
      registry.answer(
          "POST /subjects/out-value/versions", 409, "{\"error_code\":409,\"message\":\"no\"}");
      byte[] came = bytes(TICKET, new RandomData(TICKET, 1).iterator().next());

      DeadLetter letter =
          run(framed(registry), record(null, TestingAvro.framed(3, came))).deadLetters().get(0);

      assertThat(letter.getCode()).isEqualTo("SCHEMA_REFUSED");
      assertThat(letter.getMessage())
          .isEqualTo(
              "Cannot register schema shop.Ticket under subject out-value: the registry answered 409: no");
    }
  }

  @Test
  void failsWhereTheRegistryIsAway() throws Exception {
    TestingRegistry registry = new TestingRegistry();
    ResultForm form = framed(registry);
    registry.close();
    byte[] came = bytes(TICKET, new RandomData(TICKET, 1).iterator().next());

    assertThatExceptionOfType(RegistryException.class)
        .isThrownBy(() -> run(form, record(null, TestingAvro.framed(3, came))))
        .withMessageContaining("cannot be connected to");
  }

  @Test
  void schemasOfMoreAndOfFewerTasksReadEachOther() throws Exception {
    List<AnswerColumn> fewer = TestingAnswers.COLUMNS.subList(0, 2);
    Schema small = new AnswerRecord("Answers", fewer).schema();
    Schema large = new AnswerRecord("Answers", TestingAnswers.COLUMNS).schema();

    assertCompatible(small, large);
    assertCompatible(large, small);
    assertCompatible(merged(fewer), merged(TestingAnswers.COLUMNS));
    assertCompatible(merged(TestingAnswers.COLUMNS), merged(fewer));
  }

  @Test
  void flatRecordsHaveTheColumnsOfAnswers() throws Exception {
    KafkaRecord origin = record(new byte[] {9}, new byte[] {8});
    ResultForm json = flat(RecordFormat.JSON);
    ResultForm avro = flat(RecordFormat.AVRO);

    assertThat(new String(run(json, origin).records().get(0).value(), UTF_8))
        .isEqualTo(TestingAnswers.JSON);
    Schema schema = new AnswerRecord("Answers", TestingAnswers.COLUMNS).schema();
    assertAnswers(read(schema, schema, run(avro, origin).records().get(0).value()));
  }

  @Test
  void namesThatAvroHasNotAreReplaced() {
    List<AnswerColumn> columns =
        List.of("a-b", "a_b", "a b", "é", "1", "id_").stream()
            .map(
                name ->
                    new AnswerColumn(
                        name, "t", null, AnswerColumn.Content.LABEL, AnswerColumn.Type.STRING))
            .toList();

    assertThat(AnswerRecord.avroNames(columns))
        .containsExactly(
            Map.entry("id", "id"),
            Map.entry("event_time", "event_time"),
            Map.entry("a-b", "a_b_2"),
            Map.entry("a_b", "a_b"),
            Map.entry("a b", "a_b_3"),
            Map.entry("é", "_"),
            Map.entry("1", "_1"),
            Map.entry("id_", "id_"));
  }

  @Test
  void aTombstoneGoesToEveryTopic() throws Exception {
    ResultForm form = flat(RecordFormat.JSON);
    TestingOutput<OutboundRecord> output =
        TestingOutput.of(
            new SerializeEnrichedFunction(
                List.of(
                    new OutputTopic("out", form, RecordLimit.of(4096)),
                    new OutputTopic("urgent", form, RecordLimit.of(100))),
                Duration.ofMinutes(5)),
            List.of(
                new EnrichedRecord(record(new byte[] {9}, null), null, 1),
                new EnrichedRecord(record("a"), TestingAnswers.event(), 0),
                new EnrichedRecord(record("a"), TestingAnswers.event(), 1)));

    assertThat(output.records())
        .extracting(OutboundRecord::topic)
        .containsExactly("out", "urgent", "out");
    assertThat(output.records().get(1).value()).isNull();
    // Each topic has its own limit.
    assertThat(output.deadLetters())
        .extracting(DeadLetter::getMessage)
        .allMatch(message -> message.contains("at most 100 bytes"))
        .hasSize(1);
  }

  private static void assertAnswers(GenericRecord answers) {
    assertThat(answers.get("id")).hasToString("id-1");
    assertThat(answers.get("event_time")).hasToString("2026-03-02T09:14:05.120Z");
    assertThat(answers.get("intent")).hasToString("refund");
    assertThat(answers.get("intent_score")).isEqualTo(0.75);
    assertThat(answers.get("order_id")).hasToString("A 1");
    assertThat(answers.get("count")).isEqualTo(3L);
    assertThat(answers.get("sum")).isEqualTo(new BigDecimal("12.500000000000000000"));
    assertThat(answers.get("day")).isEqualTo(LocalDate.of(2026, 1, 31));
    assertThat(answers.get("none")).isNull();
  }

  private static void assertCompatible(Schema reader, Schema writer) {
    assertThat(SchemaCompatibility.checkReaderWriterCompatibility(reader, writer).getType())
        .isEqualTo(SchemaCompatibility.SchemaCompatibilityType.COMPATIBLE);
  }

  private static Schema merged(List<AnswerColumn> columns) throws Exception {
    return new MergedSchema(FIELD, ResultForm.answersField(FIELD, columns).schema()).of(TICKET);
  }

  private static String merge(PayloadFormat source, String value) throws Exception {
    TestingOutput<OutboundRecord> output =
        run(form(RecordFormat.JSON, source, null), record(value));
    assertThat(output.deadLetters()).isEmpty();
    return new String(output.records().get(0).value(), UTF_8);
  }

  private static ResultForm form(RecordFormat format, PayloadFormat source, String schema) {
    return new ResultForm(
        new RecordForm(format),
        ResultShape.MERGED,
        FIELD,
        TestingAnswers.COLUMNS,
        new PayloadForm(source, schema, fields()));
  }

  private static ResultForm framed(TestingRegistry registry) {
    return new ResultForm(
        new RecordForm(
            RecordFormat.AVRO_CONFLUENT,
            Subject.ofValues(registry.provider(Duration.ZERO), "out", true)),
        ResultShape.MERGED,
        FIELD,
        TestingAnswers.COLUMNS,
        new PayloadForm(
            PayloadFormat.AVRO_CONFLUENT, null, fields(), registry.provider(Duration.ZERO)));
  }

  private static ResultForm flat(RecordFormat format) {
    return new ResultForm(
        new RecordForm(format),
        ResultShape.FLAT,
        FIELD,
        TestingAnswers.COLUMNS,
        (PayloadForm) null);
  }

  private static TestingOutput<OutboundRecord> run(ResultForm form, KafkaRecord origin)
      throws Exception {
    return TestingOutput.of(
        new SerializeEnrichedFunction(
            List.of(new OutputTopic("out", form, RecordLimit.of(1 << 20))), Duration.ofMinutes(5)),
        List.of(new EnrichedRecord(origin, TestingAnswers.event())));
  }

  private static String json(String quoted) {
    return quoted.replace('\'', '"').replace("^", "\r\n\t");
  }

  private static GenericRecord read(Schema written, Schema expected, byte[] value)
      throws IOException {
    GenericData data = new GenericData();
    data.addLogicalTypeConversion(new Conversions.DecimalConversion());
    data.addLogicalTypeConversion(new TimeConversions.DateConversion());
    data.addLogicalTypeConversion(new TimeConversions.TimestampMillisConversion());
    return new GenericDatumReader<GenericRecord>(written, expected, data)
        .read(null, DecoderFactory.get().binaryDecoder(value, null));
  }
}
