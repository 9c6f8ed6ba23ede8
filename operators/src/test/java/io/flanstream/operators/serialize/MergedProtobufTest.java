package io.flanstream.operators.serialize;

import static io.flanstream.operators.TestingAvro.bytes;
import static io.flanstream.operators.TestingAvro.framed;
import static io.flanstream.operators.ingest.TestingRecords.fields;
import static io.flanstream.operators.ingest.TestingRecords.record;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import io.flanstream.operators.TestingOutput;
import io.flanstream.operators.ingest.Envelope;
import io.flanstream.operators.ingest.PayloadForm;
import io.flanstream.operators.ingest.PayloadFormat;
import io.flanstream.operators.ingest.SourceForms;
import io.flanstream.operators.protobuf.ProtobufAvro;
import io.flanstream.operators.protobuf.ProtobufCompiler;
import io.flanstream.operators.protobuf.ProtobufType;
import io.flanstream.operators.record.KafkaRecord;
import io.flanstream.operators.registry.ProtobufSource;
import io.flanstream.operators.registry.Subject;
import io.flanstream.operators.registry.SubjectStrategy;
import io.flanstream.operators.registry.TestingRegistry;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.avro.Conversions;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.junit.jupiter.api.Test;

/** Protobuf messages with their answers, alone and beside records of another form. */
class MergedProtobufTest {
  private static final String FILE =
      """
      syntax = "proto3";
      package shop;
      import "google/protobuf/timestamp.proto";
      message Order {
        string text = 1;
        fixed64 id = 2;
        google.protobuf.Timestamp at = 3;
        enum State { NEW = 0; PAID = 1; }
        State state = 4;
        map<uint32, Order> parts = 5;
        repeated sint32 numbers = 6;
        bytes raw = 7;
        optional bool urgent = 8;
        oneof how { double weight = 9; string size = 10; }
        message Line { float price = 1; uint32 count = 2; }
        repeated Line lines = 11;
      }
      """;
  private static final Schema TICKET =
      new Schema.Parser()
          .parse(
              """
              {"type": "record", "name": "Ticket", "namespace": "shop",
               "fields": [{"name": "text", "type": "string"}]}
              """);

  @Test
  void aMessageIsAnAvroRecordOfTheSameNamesWithItsAnswers() throws Exception {
    Descriptor order = order(FILE);
    Schema merged = merged(order);

    byte[] value =
        run(form(RecordFormat.AVRO, protobuf(order)), record(null, message(order))).value();

    // A message that can hold itself: what it holds has no answers.
    assertThat(merged.getFullName()).isEqualTo("shop.OrderWithAnswers");
    GenericRecord whole = read(merged, value);
    assertThat(whole.get("text")).hasToString("where is it");
    assertThat(whole.get("id")).isEqualTo(new BigDecimal("18446744073709551615"));
    assertThat(whole.get("at")).hasToString("{\"seconds\": 7, \"nanos\": 123456789}");
    assertThat(whole.get("state")).hasToString("PAID");
    assertThat(whole.get("numbers")).isEqualTo(List.of(1, -2));
    assertThat(whole.get("urgent")).isEqualTo(false);
    assertThat(whole.get("weight")).isNull();
    assertThat(whole.get("size")).hasToString("XL");
    assertThat(whole.get("lines").toString())
        .isEqualTo("[{\"price\": 1.1, \"count\": 4294967295}]");
    assertThat(whole.get("parts").toString()).contains("4294967294", "\"text\": \"inner\"");
    assertThat(((GenericRecord) whole.get("answers")).get("intent")).hasToString("refund");
    assertThat(whole.get("raw")).isEqualTo(ByteBuffer.wrap(new byte[] {0, -1}));
  }

  @Test
  void aMessageIsJsonWithItsAnswers() throws Exception {
    Descriptor order = order(FILE);
    byte[] message =
        DynamicMessage.newBuilder(order)
            .setField(order.findFieldByName("text"), "a")
            .setField(
                order.findFieldByName("state"),
                order.findEnumTypeByName("State").findValueByNumber(1))
            .build()
            .toByteArray();

    OutboundRecord record = run(form(RecordFormat.JSON, protobuf(order)), record(null, message));

    assertThat(new String(record.value(), UTF_8))
        .isEqualTo(
            "{\"text\":\"a\",\"state\":\"PAID\",\"answers\":%s}".formatted(TestingAnswers.JSON));
  }

  @Test
  void aFieldMoreIsWelcomeToReadersOfTheOldAndTheNew() throws Exception {
    Schema old = merged(order(FILE));
    Schema more =
        merged(order(FILE.replace("string text = 1;", "string text = 1; int64 more = 12;")));

    for (List<Schema> pair : List.of(List.of(old, more), List.of(more, old))) {
      assertThat(
              SchemaCompatibility.checkReaderWriterCompatibility(pair.get(0), pair.get(1))
                  .getType())
          .isEqualTo(SchemaCompatibilityType.COMPATIBLE);
    }
  }

  @Test
  void recordsOfEachTopicHaveTheSubjectOfTheirType() throws Exception {
    Descriptor order = order(FILE);
    try (TestingRegistry registry = new TestingRegistry()) {
      registry.schema(3, TICKET.toString());
      registry.answer("POST /subjects/out-shop.Ticket/versions", 200, "{\"id\": 8}");
      registry.answer("POST /subjects/out-shop.OrderWithAnswers/versions", 200, "{\"id\": 9}");
      ResultForm form =
          new ResultForm(
              new RecordForm(
                  RecordFormat.AVRO_CONFLUENT,
                  new Subject(
                      registry.provider(Duration.ZERO),
                      "out",
                      true,
                      SubjectStrategy.TOPIC_RECORD_NAME)),
              ResultShape.MERGED,
              "answers",
              TestingAnswers.COLUMNS,
              new SourceForms(
                  new PayloadForm(
                      PayloadFormat.AVRO_CONFLUENT,
                      null,
                      fields(),
                      registry.provider(Duration.ZERO)),
                  Map.of("orders", protobuf(order))));
      KafkaRecord message = new KafkaRecord("orders", 0, 1, 2, null, message(order), List.of());
      GenericData.Record ticket = new GenericData.Record(TICKET);
      ticket.put("text", "late");

      byte[] ofTicket = run(form, record(null, framed(3, bytes(TICKET, ticket)))).value();
      byte[] ofOrder = run(form, message).value();

      assertThat(Arrays.copyOf(ofTicket, 5)).containsExactly(0, 0, 0, 0, 8);
      assertThat(Arrays.copyOf(ofOrder, 5)).containsExactly(0, 0, 0, 0, 9);
      assertThat(read(merged(order), Arrays.copyOfRange(ofOrder, 5, ofOrder.length)).get("text"))
          .hasToString("where is it");
    }
  }

  private static byte[] message(Descriptor order) {
    Descriptor line = order.findNestedTypeByName("Line");
    Descriptor part = order.findFieldByName("parts").getMessageType();
    Descriptor time = order.findFieldByName("at").getMessageType();
    DynamicMessage inner =
        DynamicMessage.newBuilder(order).setField(order.findFieldByName("text"), "inner").build();
    return DynamicMessage.newBuilder(order)
        .setField(order.findFieldByName("text"), "where is it")
        .setField(order.findFieldByName("id"), -1L)
        .setField(
            order.findFieldByName("at"),
            DynamicMessage.newBuilder(time)
                .setField(time.findFieldByName("seconds"), 7L)
                .setField(time.findFieldByName("nanos"), 123456789)
                .build())
        .setField(
            order.findFieldByName("state"), order.findEnumTypeByName("State").findValueByNumber(1))
        .addRepeatedField(
            order.findFieldByName("parts"),
            DynamicMessage.newBuilder(part)
                .setField(part.findFieldByName("key"), -2)
                .setField(part.findFieldByName("value"), inner)
                .build())
        .addRepeatedField(order.findFieldByName("numbers"), 1)
        .addRepeatedField(order.findFieldByName("numbers"), -2)
        .setField(order.findFieldByName("raw"), ByteString.copyFrom(new byte[] {0, -1}))
        .setField(order.findFieldByName("urgent"), false)
        .setField(order.findFieldByName("size"), "XL")
        .addRepeatedField(
            order.findFieldByName("lines"),
            DynamicMessage.newBuilder(line)
                .setField(line.findFieldByName("price"), 1.1f)
                .setField(line.findFieldByName("count"), -1)
                .build())
        .build()
        .toByteArray();
  }

  private static Descriptor order(String file) {
    return ProtobufCompiler.compile(new ProtobufSource(file, Map.of()))
        .findMessageTypeByName("Order");
  }

  private static PayloadForm protobuf(Descriptor order) {
    FileDescriptorSet.Builder set = FileDescriptorSet.newBuilder();
    for (FileDescriptor imported : order.getFile().getDependencies()) {
      set.addFile(imported.toProto());
    }
    set.addFile(order.getFile().toProto());
    return new PayloadForm(
        PayloadFormat.PROTOBUF,
        null,
        fields(),
        null,
        Envelope.NONE,
        new ProtobufType(set.build().toByteArray(), order.getFullName()),
        null);
  }

  private static Schema merged(Descriptor order) throws Exception {
    return new MergedSchema(
            "answers", ResultForm.answersField("answers", TestingAnswers.COLUMNS).schema())
        .of(ProtobufAvro.schema(order));
  }

  private static ResultForm form(RecordFormat format, PayloadForm source) {
    return new ResultForm(
        new RecordForm(format), ResultShape.MERGED, "answers", TestingAnswers.COLUMNS, source);
  }

  private static OutboundRecord run(ResultForm form, KafkaRecord origin) throws Exception {
    TestingOutput<OutboundRecord> output =
        TestingOutput.of(
            new SerializeEnrichedFunction(
                List.of(new OutputTopic("out", form, RecordLimit.of(1 << 20))),
                Duration.ofMinutes(5)),
            List.of(new EnrichedRecord(origin, TestingAnswers.event())));
    assertThat(output.deadLetters()).isEmpty();
    return output.records().get(0);
  }

  private static GenericRecord read(Schema schema, byte[] value) throws IOException {
    GenericData data = new GenericData();
    data.addLogicalTypeConversion(new Conversions.DecimalConversion());
    return new GenericDatumReader<GenericRecord>(schema, schema, data)
        .read(null, DecoderFactory.get().binaryDecoder(value, null));
  }
}
