package io.flanstream.operators.ingest;

import static io.flanstream.operators.TestingAvro.framed;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Timestamp;
import com.sun.net.httpserver.HttpServer;
import io.flanstream.operators.deadletter.Reason;
import io.flanstream.operators.deadletter.RejectedRecordException;
import io.flanstream.operators.protobuf.ProtobufCompiler;
import io.flanstream.operators.protobuf.ProtobufType;
import io.flanstream.operators.record.KafkaHeader;
import io.flanstream.operators.record.KafkaRecord;
import io.flanstream.operators.registry.ProtobufSource;
import io.flanstream.operators.registry.RegistryAccess;
import io.flanstream.operators.registry.SchemaHeader;
import io.flanstream.operators.registry.SchemaRegistry;
import io.flanstream.schemas.TextEvent;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Forms of values besides JSON, text and Avro. */
class FormatsTest {
  private static final String WHO =
      "syntax = \"proto3\"; package common; message Who { string name = 1; }";
  private static final String FILE =
      """
      syntax = "proto3";
      package shop;
      import "common.proto";
      import "google/protobuf/timestamp.proto";
      import "google/protobuf/wrappers.proto";
      message Unused { message Inner {} message Order { string text = 2; } }
      message Order {
        string text = 1;
        int64 id = 2;
        google.protobuf.Timestamp at = 3;
        common.Who who = 4;
        enum State { NEW = 0; PAID = 1; }
        State state = 5;
        map<string, uint64> counts = 6;
        repeated int32 numbers = 7;
        google.protobuf.StringValue note = 8;
        bytes raw = 9;
        optional bool urgent = 10;
      }
      """;
  private static final FileDescriptor COMPILED =
      ProtobufCompiler.compile(new ProtobufSource(FILE, Map.of("common.proto", WHO)));
  private static final Descriptor ORDER = COMPILED.findMessageTypeByName("Order");
  private static final List<String> ATTRIBUTES =
      List.of("/who/name", "state", "counts", "numbers", "note", "raw", "urgent");

  @Test
  void readsAProtobufMessage() throws RejectedRecordException {
    TextEvent event = read(protobuf(), record(order()));
    assertThat(event.getText()).isEqualTo("wo ist mein Päckchen");
    assertThat(event.getId()).isEqualTo("7");
    assertThat(event.getEventTime()).hasToString("2026-03-02T10:14:05.250Z");
    assertThat(event.getAttributes())
        .isEqualTo(
            Map.of(
                "name", "Ann",
                "state", "PAID",
                "counts", "{\"a\":18446744073709551615}",
                "numbers", "[1,-2]",
                "note", "n",
                "raw", "AP8=",
                "urgent", "false"));
  }

  /** It cannot be told from one that was never set. */
  @Test
  void aDefaultWithoutPresenceIsAbsent() throws RejectedRecordException {
    DynamicMessage message =
        DynamicMessage.newBuilder(ORDER)
            .setField(ORDER.findFieldByName("text"), "a")
            .setField(ORDER.findFieldByName("id"), 0L)
            .build();
    TextEvent event = read(protobuf(), record(message.toByteArray()));
    assertThat(event.getId()).isEqualTo("in-0-3");
    assertThat(event.getAttributes()).isEmpty();
  }

  @Test
  void refusesWhatIsNoMessageOfTheType() {
    assertThatThrownBy(() -> read(protobuf(), record("{\"text\":".getBytes(UTF_8))))
        .isInstanceOfSatisfying(
            RejectedRecordException.class,
            e -> assertThat(e.reason()).isEqualTo(Reason.INVALID_PROTOBUF))
        .hasMessageStartingWith(
            "Cannot decode value: its 8 bytes from byte 0 must be a Protobuf message shop.Order: ");
    assertThatThrownBy(() -> new ProtobufType(descriptors(), "shop.Nothing").descriptor())
        .hasMessageStartingWith("must have the message type shop.Nothing; it has the files ");
  }

  @Test
  void readsFramedProtobufByItsIndexes() throws Exception {
    try (TestingFiles registry = new TestingFiles()) {
      PayloadForm form = registry.form(PayloadFormat.PROTOBUF_CONFLUENT);
      assertThat(read(form, record(framed(5, new byte[] {2, 2}, order()))).getId()).isEqualTo("7");
      DynamicMessage nested =
          DynamicMessage.newBuilder(type("Unused").findNestedTypeByName("Order"))
              .setField(
                  type("Unused").findNestedTypeByName("Order").findFieldByName("text"), "nested")
              .build();
      byte[] inner = framed(5, new byte[] {4, 0, 2}, nested.toByteArray());
      assertThat(read(form, record(inner)).getText()).isEqualTo("nested");
      byte[] byHeader =
          Arrays.copyOfRange(framed(5, new byte[] {2, 2}, order()), 5, 7 + order().length);
      assertThat(
              read(
                      form,
                      record(
                          byHeader,
                          new KafkaHeader(SchemaHeader.CONFLUENT, new byte[] {0, 0, 0, 0, 5})))
                  .getId())
          .isEqualTo("7");
      assertThatThrownBy(() -> read(form, record(framed(5, new byte[] {2, 9}, order()))))
          .hasMessage(
              "Cannot decode value of schema 5: message index [-5] must be one of the 2 types of the file, got -5");
      assertThatThrownBy(() -> read(form, record(framed(5, new byte[] {(byte) 0xff}, new byte[0]))))
          .hasMessageStartingWith(
              "Cannot decode value of schema 5: it must have message indexes from byte 5: ");
      assertThatThrownBy(() -> read(form, record(framed(6, new byte[] {0}, order()))))
          .hasMessage("Cannot decode value: schema 6 must be Protobuf, got AVRO");
      assertThatThrownBy(() -> read(form, record(framed(8, new byte[] {0}, order()))))
          .hasMessageStartingWith("Cannot decode value: schema 8 must be Protobuf: ");
      assertThatThrownBy(() -> read(form, record(new byte[] {1, 2})))
          .hasMessage(
              "Cannot decode value: its 2 bytes must be a zero byte, a schema's id in four, message indexes and a Protobuf message");
    }
  }

  /** Whatever the bytes, the reader answers or refuses, and reads the next as ever. */
  @Test
  void survivesAnyCorruption() throws Exception {
    Random random = new Random(11);
    try (TestingFiles registry = new TestingFiles()) {
      for (PayloadFormat format :
          List.of(PayloadFormat.PROTOBUF_CONFLUENT, PayloadFormat.JSON_CONFLUENT)) {
        PayloadForm form = registry.form(format);
        EventReader reader = new EventReader(form);
        byte[] good =
            format == PayloadFormat.JSON_CONFLUENT
                ? framed(5, new byte[0], "{\"text\":\"a\",\"id\":7}".getBytes(UTF_8))
                : framed(5, new byte[] {2, 2}, order());
        for (int i = 0; i < 3_000; i++) {
          byte[] bad = Arrays.copyOf(good, random.nextInt(good.length + 1));
          for (int flips = random.nextInt(4); flips > 0 && bad.length > 5; flips--) {
            bad[5 + random.nextInt(bad.length - 5)] = (byte) random.nextInt();
          }
          try {
            reader.read(record(bad));
          } catch (RejectedRecordException e) {
            assertThat(e.getMessage()).startsWith("Cannot ");
          }
          assertThat(reader.read(record(good)).getId()).isEqualTo("7");
        }
      }
    }
  }

  @Test
  void readsFramedJson() throws RejectedRecordException {
    PayloadForm form = form(PayloadFormat.JSON_CONFLUENT, null, null);
    byte[] json = "{\"text\":\"a\",\"id\":7}".getBytes(UTF_8);
    assertThat(read(form, record(framed(5, new byte[0], json))).getId()).isEqualTo("7");
    assertThat(
            read(
                    form,
                    record(
                        json, new KafkaHeader(SchemaHeader.CONFLUENT, new byte[] {0, 0, 0, 0, 5})))
                .getId())
        .isEqualTo("7");
    assertThatThrownBy(() -> read(form, record(json)))
        .hasMessage(
            "Cannot decode value: its 19 bytes must be a zero byte, a schema's id in four and a JSON object");
    assertThatThrownBy(() -> read(form, record(framed(5, new byte[0], "[1]".getBytes(UTF_8)))))
        .hasMessage("Cannot decode value of schema 5: it must be a JSON object, got array");
  }

  @Test
  void readsARowOfCsv() throws RejectedRecordException {
    PayloadForm form =
        form(PayloadFormat.CSV, null, new CsvColumns(List.of("id", "text", "state"), ';'));
    TextEvent event = read(form, record("7;\"where; is \"\"it\"\"\nnow\";\n".getBytes(UTF_8)));
    assertThat(event.getId()).isEqualTo("7");
    assertThat(event.getText()).isEqualTo("where; is \"it\"\nnow");
    assertThat(event.getAttributes()).isEmpty();
    for (String bad : List.of("", "7;a", "7;a;b;c", "7;a;b\n8;a;b", "7;\"a;b")) {
      assertThatThrownBy(() -> read(form, record(bad.getBytes(UTF_8))))
          .as(bad)
          .isInstanceOfSatisfying(
              RejectedRecordException.class,
              e -> assertThat(e.reason()).isEqualTo(Reason.INVALID_CSV))
          .hasMessageStartingWith(
              "Cannot decode value: it must be one row of CSV with 3 columns: ");
    }
  }

  private static Descriptor type(String name) {
    return COMPILED.findMessageTypeByName(name);
  }

  private static byte[] order() {
    DynamicMessage.Builder order = DynamicMessage.newBuilder(ORDER);
    order.setField(ORDER.findFieldByName("text"), "wo ist mein Päckchen");
    order.setField(ORDER.findFieldByName("id"), 7L);
    order.setField(
        ORDER.findFieldByName("at"),
        dynamic(
            "at",
            Timestamp.newBuilder()
                .setSeconds(1_772_446_445)
                .setNanos(250_000_000)
                .build()
                .toByteString()));
    order.setField(
        ORDER.findFieldByName("who"), dynamic("who", ByteString.copyFromUtf8("\n\3Ann")));
    order.setField(
        ORDER.findFieldByName("state"), ORDER.findEnumTypeByName("State").findValueByName("PAID"));
    order.addRepeatedField(
        ORDER.findFieldByName("counts"),
        dynamic(
            "counts",
            ByteString.copyFromUtf8("\n\1a\20")
                .concat(ByteString.copyFrom(new byte[] {-1, -1, -1, -1, -1, -1, -1, -1, -1, 1}))));
    order.addRepeatedField(ORDER.findFieldByName("numbers"), 1);
    order.addRepeatedField(ORDER.findFieldByName("numbers"), -2);
    order.setField(
        ORDER.findFieldByName("note"), dynamic("note", ByteString.copyFromUtf8("\n\1n")));
    order.setField(ORDER.findFieldByName("raw"), ByteString.copyFrom(new byte[] {0, -1}));
    order.setField(ORDER.findFieldByName("urgent"), false);
    return order.build().toByteArray();
  }

  private static DynamicMessage dynamic(String field, ByteString bytes) {
    try {
      return DynamicMessage.parseFrom(ORDER.findFieldByName(field).getMessageType(), bytes);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] descriptors() {
    FileDescriptorSet.Builder set = FileDescriptorSet.newBuilder();
    Stream.concat(COMPILED.getDependencies().stream(), Stream.of(COMPILED))
        .forEach(file -> set.addFile(file.toProto()));
    return set.build().toByteArray();
  }

  private static PayloadForm protobuf() {
    return form(PayloadFormat.PROTOBUF, new ProtobufType(descriptors(), "shop.Order"), null);
  }

  private static PayloadForm form(PayloadFormat format, ProtobufType type, CsvColumns csv) {
    return new PayloadForm(format, null, fields(), null, Envelope.NONE, type, csv);
  }

  private static EventFields fields() {
    return new EventFields(
        FieldPath.parse("text"),
        FieldPath.parse("id"),
        FieldPath.parse("at"),
        ATTRIBUTES.stream().map(FieldPath::parse).toList());
  }

  private static TextEvent read(PayloadForm form, KafkaRecord record)
      throws RejectedRecordException {
    return new EventReader(form).read(record);
  }

  private static KafkaRecord record(byte[] value, KafkaHeader... headers) {
    return new KafkaRecord("in", 0, 3, 1_000, null, value, List.of(headers));
  }

  /** A registry that has the file, one of Avro and one that is wrong. */
  private static final class TestingFiles implements AutoCloseable {
    private static HttpServer server;

    TestingFiles() throws IOException {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      answer(
          "/schemas/ids/5",
          "PROTOBUF",
          FILE,
          "[{\"name\":\"common.proto\",\"subject\":\"common\",\"version\":1}]");
      answer("/subjects/common/versions/1", "PROTOBUF", WHO, "[]");
      answer("/schemas/ids/6", "AVRO", "\"string\"", "[]");
      answer("/schemas/ids/8", "PROTOBUF", "message {", "[]");
      server.start();
    }

    private static void answer(String path, String type, String schema, String references) {
      byte[] body =
          "{\"schemaType\":\"%s\",\"schema\":\"%s\",\"references\":%s}"
              .formatted(
                  type,
                  schema.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n"),
                  references)
              .getBytes(UTF_8);
      server.createContext(
          path,
          exchange -> {
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
          });
    }

    PayloadForm form(PayloadFormat format) {
      int port = server.getAddress().getPort();
      return new PayloadForm(
          format,
          null,
          fields(),
          () ->
              new SchemaRegistry(
                  new RegistryAccess(
                      List.of(URI.create("http://127.0.0.1:" + port)),
                      Optional.empty(),
                      Optional.empty(),
                      Duration.ZERO)),
          Envelope.NONE,
          null,
          null);
    }

    @Override
    public void close() {
      server.stop(0);
    }
  }
}
