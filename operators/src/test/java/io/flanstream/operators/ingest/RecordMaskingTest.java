package io.flanstream.operators.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.DynamicMessage;
import io.flanstream.operators.deadletter.Reason;
import io.flanstream.operators.deadletter.RejectedRecordException;
import io.flanstream.operators.protobuf.ProtobufCompiler;
import io.flanstream.operators.protobuf.ProtobufType;
import io.flanstream.operators.record.KafkaHeader;
import io.flanstream.operators.record.KafkaRecord;
import io.flanstream.operators.registry.ProtobufSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** No byte of a record that goes on has a masked value, wherever else the record repeats it. */
class RecordMaskingTest {
  private static final String NAME = "Ann Lee";
  private static final String CARD = "4111111111111111";
  private static final String TEXT = "Ann Lee pays with 4111111111111111";
  private static final Map<String, String> PLACEHOLDERS =
      Map.of(NAME, "[NAME_1]", CARD, "[CARD_1]");
  private static final Schema TICKET =
      new Schema.Parser()
          .parse(
              """
              {"type": "record", "name": "Ticket", "fields": [
                {"name": "text", "type": "string"},
                {"name": "copy", "type": ["null", "string"]},
                {"name": "raw", "type": "bytes"},
                {"name": "number", "type": ["null", "long"]},
                {"name": "must", "type": "long"},
                {"name": "map", "type": {"type": "map", "values": {"type": "array", "items":
                  {"type": "record", "name": "Line", "fields": [
                    {"name": "line", "type": "string"}]}}}}]}
              """);
  private static final Descriptor ORDER =
      ProtobufCompiler.compile(
              new ProtobufSource(
                  """
                  syntax = "proto3";
                  message Order {
                    string text = 1;
                    string copy = 2;
                    bytes raw = 3;
                    uint64 number = 4;
                    map<string, Order> map = 5;
                    repeated string list = 6;
                  }
                  """,
                  Map.of()))
          .findMessageTypeByName("Order");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{'text':'TEXT','price':1.10}|{'text':'[NAME_1] pays with [CARD_1]','price':1.10}",
        "{'text':'TEXT','a':{'b':['x ANN LEE',2.50]}}|{'text':'[NAME_1] pays with [CARD_1]','a':{'b':['x [NAME_1]',2.50]}}",
        "{'text':'TEXT','n':4111111111111111,'m':1E400}|{'text':'[NAME_1] pays with [CARD_1]','n':null,'m':1E400}",
        "{'text':'TEXT','ann lee':1}|{'text':'[NAME_1] pays with [CARD_1]','[NAME_1]':1}",
        "{'text':'TEXT','inner':'{\\'who\\': \\'\\\\u0041nn Lee\\'}'}|{'text':'[NAME_1] pays with [CARD_1]','inner':'[masked]'}",
        "{'text':'TEXT','inner':'QW5uIExlZQ=='}|{'text':'[NAME_1] pays with [CARD_1]','inner':'[masked]'}",
        "{'text':'TEXT','inner':'YW5vdGhlcg=='}|{'text':'[NAME_1] pays with [CARD_1]','inner':'YW5vdGhlcg=='}"
      })
  void masksJson(String came, String goes) throws Exception {
    assertThat(new String(masked(form(PayloadFormat.JSON), json(came)).value(), UTF_8))
        .isEqualTo(goes.replace('\'', '"'));
  }

  @Test
  void aRecordWithoutValuesIsTheBytesThatCame() throws Exception {
    byte[] came = "{ \"text\" : \"nobody\",  \"price\": 1.10 }".getBytes(UTF_8);

    assertThat(
            new RecordMasking(SourceForms.of(form(PayloadFormat.JSON)))
                .masked(record(null, came), "nobody", value -> value)
                .value())
        .isEqualTo(came);
  }

  /** Nobody has looked for values in the text of another state of the row. */
  @Test
  void theTextBeforeAChangeIsHidden() throws Exception {
    KafkaRecord masked =
        masked(
            form(PayloadFormat.JSON, Envelope.DEBEZIUM),
            json(
                "{'op':'u','before':{'text':'Bo Ng pays','id':1},'after':{'text':'TEXT','id':1}}"));

    assertThat(new String(masked.value(), UTF_8))
        .isEqualTo(
            json(
                "{'op':'u','before':{'text':'[masked]','id':1},'after':{'text':'[NAME_1] pays with [CARD_1]','id':1}}"));
  }

  @Test
  void keysAndHeadersHaveNoValue() throws Exception {
    KafkaRecord came =
        record(
            "ann lee".getBytes(UTF_8),
            json("{'text':'TEXT'}").getBytes(UTF_8),
            new KafkaHeader("who", "for Ann Lee".getBytes(UTF_8)),
            new KafkaHeader("trace", new byte[] {1, -1}),
            new KafkaHeader("none", null));

    KafkaRecord masked = masked(form(PayloadFormat.JSON), came);

    // A placeholder would be the key of other people, too.
    assertThat(masked.key()).asString(UTF_8).isEqualTo("in-1-7");
    assertThat(masked.headers().get(0).value()).asString(UTF_8).isEqualTo("for [NAME_1]");
    assertThat(masked.headers().subList(1, 3)).isEqualTo(came.headers().subList(1, 3));
    assertThat(masked(form(PayloadFormat.JSON), record(new byte[] {7}, came.value())).key())
        .containsExactly(7);
  }

  @Test
  void aNumberThatMustBeThereIsRefused() throws IOException {
    GenericData.Record ticket = ticket(new Random(1));
    ticket.put("must", Long.valueOf(CARD));

    assertThatThrownBy(() -> masked(form(PayloadFormat.AVRO), record(null, bytes(ticket))))
        .isInstanceOfSatisfying(
            RejectedRecordException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNMASKABLE))
        .hasMessage(
            "Cannot mask record: \"/must\" must be a text or may be null where it repeats a masked value, and is long");
  }

  @ParameterizedTest
  @EnumSource(names = {"JSON", "TEXT", "CSV", "AVRO", "PROTOBUF"})
  void noByteHasAValue(PayloadFormat format) throws Exception {
    Random random = new Random(22);
    for (int i = 0; i < 300; i++) {
      KafkaRecord came =
          record(
              some(random).getBytes(UTF_8),
              value(format, random),
              new KafkaHeader(some(random), some(random).getBytes(UTF_8)));

      KafkaRecord masked = masked(form(format), came);

      assertNone(masked.key());
      assertNone(masked.value());
      for (KafkaHeader header : masked.headers()) {
        assertNone(header.name().getBytes(UTF_8));
        assertNone(header.value());
      }
      // It is still a record of its form.
      assertThat(new EventReader(form(format)).read(masked).getText())
          .contains("[NAME_1] pays with [CARD_1]");
    }
  }

  private static void assertNone(byte[] bytes) {
    String text = new String(bytes, UTF_8).toLowerCase(Locale.ROOT);
    PLACEHOLDERS
        .keySet()
        .forEach(value -> assertThat(text).doesNotContain(value.toLowerCase(Locale.ROOT)));
  }

  private static byte[] value(PayloadFormat format, Random random) throws IOException {
    return switch (format) {
      case TEXT -> TEXT.getBytes(UTF_8);
      case CSV -> (TEXT + ",\"" + some(random) + " \"\"x\"\"\"," + CARD).getBytes(UTF_8);
      case AVRO -> bytes(ticket(random));
      case PROTOBUF -> order(random, 2).toByteArray();
      default ->
          "{\"text\":\"%s\",\"copy\":\"%s\",\"list\":[\"%s\",{\"%s\":%s}]}"
              .formatted(TEXT, some(random), some(random), some(random), CARD)
              .getBytes(UTF_8);
    };
  }

  private static GenericData.Record ticket(Random random) {
    GenericData.Record line =
        new GenericData.Record(TICKET.getField("map").schema().getValueType().getElementType());
    line.put("line", some(random));
    GenericData.Record ticket = new GenericData.Record(TICKET);
    ticket.put("text", TEXT);
    ticket.put("copy", some(random));
    ticket.put("raw", ByteBuffer.wrap(some(random).getBytes(UTF_8)));
    ticket.put("number", Long.valueOf(CARD));
    ticket.put("must", 7L);
    ticket.put("map", Map.of(some(random), List.of(line)));
    return ticket;
  }

  private static DynamicMessage order(Random random, int depth) {
    Descriptor part = ORDER.findFieldByName("map").getMessageType();
    DynamicMessage.Builder order =
        DynamicMessage.newBuilder(ORDER)
            .setField(ORDER.findFieldByName("text"), TEXT)
            .setField(ORDER.findFieldByName("copy"), some(random))
            .setField(ORDER.findFieldByName("raw"), ByteString.copyFromUtf8(some(random)))
            .setField(ORDER.findFieldByName("number"), Long.valueOf(CARD))
            .addRepeatedField(ORDER.findFieldByName("list"), some(random));
    if (depth > 0) {
      order.addRepeatedField(
          ORDER.findFieldByName("map"),
          DynamicMessage.newBuilder(part)
              .setField(part.findFieldByName("key"), some(random))
              .setField(part.findFieldByName("value"), order(random, depth - 1))
              .build());
    }
    return order.build();
  }

  /** A text that may have values, in any case, and may be encoded. */
  private static String some(Random random) {
    String text = List.of("late", NAME, CARD, TEXT, "\u00e9 " + NAME).get(random.nextInt(5));
    return switch (random.nextInt(4)) {
      case 0 -> text.toUpperCase(Locale.ROOT);
      case 1 -> text + " \uD83D\uDE00";
      case 2 -> Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
      default -> text;
    };
  }

  private static KafkaRecord masked(PayloadForm form, String value) throws Exception {
    return masked(form, record(null, value.getBytes(UTF_8)));
  }

  private static KafkaRecord masked(PayloadForm form, KafkaRecord record) throws Exception {
    UnaryOperator<String> masking =
        text -> {
          String masked = text;
          for (Map.Entry<String, String> value : PLACEHOLDERS.entrySet()) {
            masked =
                Pattern.compile(Pattern.quote(value.getKey()), Pattern.CASE_INSENSITIVE)
                    .matcher(masked)
                    .replaceAll(Matcher.quoteReplacement(value.getValue()));
          }
          return masked;
        };
    return new RecordMasking(SourceForms.of(form)).masked(record, TEXT, masking);
  }

  private static KafkaRecord record(byte[] key, byte[] value, KafkaHeader... headers) {
    return TestingRecords.record(key, value, headers);
  }

  private static String json(String quoted) {
    return quoted.replace('\'', '"').replace("TEXT", TEXT);
  }

  private static PayloadForm form(PayloadFormat format) {
    return form(format, Envelope.NONE);
  }

  private static PayloadForm form(PayloadFormat format, Envelope envelope) {
    return new PayloadForm(
        format,
        format == PayloadFormat.AVRO ? TICKET.toString() : null,
        TestingRecords.fields(),
        null,
        envelope,
        new ProtobufType(
            FileDescriptorSet.newBuilder().addFile(ORDER.getFile().toProto()).build().toByteArray(),
            "Order"),
        new CsvColumns(List.of("text", "copy", "number"), ','));
  }

  private static byte[] bytes(GenericData.Record datum) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    new GenericDatumWriter<>(datum.getSchema()).write(datum, encoder);
    encoder.flush();
    return out.toByteArray();
  }
}
