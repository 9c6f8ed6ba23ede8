package io.flanstream.operators.ingest;

import static io.flanstream.operators.TestingAvro.framed;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.sun.net.httpserver.HttpServer;
import io.flanstream.operators.deadletter.RejectedRecordException;
import io.flanstream.operators.protobuf.ProtobufCompiler;
import io.flanstream.operators.protobuf.ProtobufType;
import io.flanstream.operators.record.KafkaHeader;
import io.flanstream.operators.record.KafkaRecord;
import io.flanstream.operators.registry.ProtobufSource;
import io.flanstream.operators.registry.RegistryAccess;
import io.flanstream.operators.registry.RegistryProvider;
import io.flanstream.operators.registry.SchemaRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Values, keys and headers of every form with bytes and parts changed: each is an event, a
 * tombstone or a refusal that names the place, and the next good one is read as ever.
 *
 * <p>{@code -Dflanstream.fuzz=10000} makes so many of each form, 1,000 unless set.
 */
class FormsFuzzTest {
  private static final int RECORDS = Integer.getInteger("flanstream.fuzz", 1_000);
  private static final Pattern PLACE =
      Pattern.compile(
          "(?s)Cannot (use record|open envelope): \"[^\"]+\".*"
              + "|Cannot decode (value|key|\"[^\"]+\")( of schema [-0-9]+)?: "
              + "(.*\\b(byte|bytes|column|columns|schema) [-0-9]+.*|its [0-9]+ bytes .*"
              + "|it must be a JSON object, got .*|schema .*|.*message ind.*|it must be one row of CSV .*)");
  private static final Pattern TOKEN =
      Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*\"|-?[0-9][0-9.]*|true|false|null");
  private static final List<String> TOKENS =
      List.of(
          "null",
          "[]",
          "{}",
          "1",
          "1e999999999",
          "\"\"",
          "\" \"",
          "\"\\ud83d\"",
          "-9223372036854775809",
          "[[[[1]]]]",
          "{\"after\":{\"text\":[]}}",
          "\"d\"",
          "\"\u0000\"",
          "tru");

  private static final String PROTO =
      """
      syntax = "proto3";
      package shop;
      message Other { string note = 1; }
      message Order { string text = 1; int64 id = 2; map<string, Order> more = 3; repeated double numbers = 4; }
      """;
  private static final FileDescriptor FILE =
      ProtobufCompiler.compile(new ProtobufSource(PROTO, Map.of()));
  private static final Schema CHANGE =
      new Schema.Parser()
          .parse(
              """
              {"type": "record", "name": "Envelope", "fields": [
                {"name": "before", "type": ["null", {"type": "record", "name": "Value", "fields": [
                  {"name": "id", "type": "long"}, {"name": "text", "type": ["null", "string"]}]}]},
                {"name": "after", "type": ["null", "Value"]},
                {"name": "op", "type": "string"}]}
              """);
  private static HttpServer registry;

  enum Form {
    PROTOBUF(PayloadFormat.PROTOBUF, Envelope.NONE),
    PROTOBUF_CONFLUENT(PayloadFormat.PROTOBUF_CONFLUENT, Envelope.NONE),
    JSON_CONFLUENT(PayloadFormat.JSON_CONFLUENT, Envelope.NONE),
    CSV(PayloadFormat.CSV, Envelope.NONE),
    DEBEZIUM_JSON(PayloadFormat.JSON, Envelope.DEBEZIUM),
    DEBEZIUM_AVRO(PayloadFormat.AVRO_CONFLUENT, Envelope.DEBEZIUM),
    CONNECT(PayloadFormat.JSON, Envelope.CONNECT),
    CLOUDEVENTS(PayloadFormat.JSON, Envelope.CLOUDEVENTS),
    CLOUDEVENTS_ENCODED(PayloadFormat.PROTOBUF, Envelope.CLOUDEVENTS),
    CLOUDEVENTS_BINARY(PayloadFormat.PROTOBUF_CONFLUENT, Envelope.CLOUDEVENTS),
    TEMPLATE(PayloadFormat.JSON, Envelope.NONE),
    KEYS(PayloadFormat.JSON, Envelope.NONE),
    FRAMED_KEYS(PayloadFormat.AVRO_CONFLUENT, Envelope.DEBEZIUM);

    private final PayloadFormat format;
    private final Envelope envelope;

    Form(PayloadFormat format, Envelope envelope) {
      this.format = format;
      this.envelope = envelope;
    }

    private PayloadForm form() {
      return new PayloadForm(
          format,
          null,
          fields(),
          provider(),
          envelope,
          new ProtobufType(
              FileDescriptorSet.newBuilder().addFile(FILE.toProto()).build().toByteArray(),
              "shop.Order"),
          new CsvColumns(List.of("id", "text"), ','));
    }

    private EventFields fields() {
      boolean keyed = this == KEYS || this == FRAMED_KEYS;
      return new EventFields(
          FieldPath.parse("text"),
          FieldPath.parse(keyed ? "kafka:key/id" : "id"),
          FieldPath.parse("at"),
          (envelope == Envelope.NONE
                  ? List.of("kafka:header/trace", "kafka:topic")
                  : List.of("envelope:op", "envelope:/before/text", "kafka:header/trace"))
              .stream().map(FieldPath::parse).toList(),
          false,
          this == TEMPLATE ? TextTemplate.parse("{text} {/more/a/text}{kafka:key}") : null,
          null);
    }

    private byte[] value() throws IOException {
      String row = "{\"id\":7,\"text\":\"wo ist é\",\"more\":{\"a\":{\"text\":\"x\"}}}";
      return switch (this) {
        case PROTOBUF -> order();
        case PROTOBUF_CONFLUENT, CLOUDEVENTS_BINARY -> framed(5, new byte[] {2, 2}, order());
        case JSON_CONFLUENT -> framed(7, new byte[0], row.getBytes(UTF_8));
        case CSV -> "7,\"wo, ist é\"\n".getBytes(UTF_8);
        case DEBEZIUM_JSON ->
            "{\"before\":{\"text\":\"b\"},\"after\":%s,\"op\":\"u\"}"
                .formatted(row)
                .getBytes(UTF_8);
        case DEBEZIUM_AVRO, FRAMED_KEYS -> framed(6, new byte[0], change());
        case CONNECT ->
            "{\"schema\":{\"type\":\"struct\"},\"payload\":%s}".formatted(row).getBytes(UTF_8);
        case CLOUDEVENTS ->
            "{\"specversion\":\"1.0\",\"id\":\"e\",\"source\":\"s\",\"data\":%s}"
                .formatted(row)
                .getBytes(UTF_8);
        case CLOUDEVENTS_ENCODED ->
            "{\"specversion\":\"1.0\",\"id\":\"e\",\"data_base64\":\"%s\"}"
                .formatted(Base64.getEncoder().encodeToString(order()))
                .getBytes(UTF_8);
        case TEMPLATE, KEYS -> row.getBytes(UTF_8);
      };
    }

    private byte[] key() {
      return this == FRAMED_KEYS
          ? framed(9, new byte[0], new byte[] {14})
          : "{\"id\":7}".getBytes(UTF_8);
    }

    private List<KafkaHeader> headers() {
      KafkaHeader trace = new KafkaHeader("trace", "é".getBytes(UTF_8));
      return this == CLOUDEVENTS_BINARY
          ? List.of(trace, new KafkaHeader("ce_specversion", "1.0".getBytes(UTF_8)))
          : List.of(trace);
    }
  }

  @BeforeAll
  static void startRegistry() throws IOException {
    registry = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    answer(5, "PROTOBUF", PROTO);
    answer(6, "AVRO", CHANGE.toString());
    answer(
        9,
        "AVRO",
        "{\"type\":\"record\",\"name\":\"Key\",\"fields\":[{\"name\":\"id\",\"type\":\"long\"}]}");
    registry.createContext(
        "/",
        exchange -> {
          byte[] body = "{\"error_code\":40403,\"message\":\"not found\"}".getBytes(UTF_8);
          exchange.sendResponseHeaders(404, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    registry.start();
  }

  @AfterAll
  static void stopRegistry() {
    registry.stop(0);
  }

  @ParameterizedTest
  @EnumSource
  void eachIsAnEventOrARefusalThatNamesThePlace(Form form) throws Exception {
    Random random = new Random(form.ordinal());
    EventReader reader = new EventReader(form.form());
    KafkaRecord good = record(form.value(), form.key(), form.headers());
    String expected = reader.read(good).toString();
    Map<String, Integer> fates = new TreeMap<>();
    for (int i = 0; i < RECORDS; i++) {
      KafkaRecord bad = changed(good, random);
      String fate = "EVENT";
      try {
        fate = reader.read(bad) == null ? "TOMBSTONE" : fate;
      } catch (RejectedRecordException e) {
        fate = e.reason().name();
        assertThat(e.getMessage()).as(shown(bad)).matches(PLACE);
      } catch (RuntimeException | Error e) {
        throw new AssertionError(shown(bad), e);
      }
      fates.merge(fate, 1, Integer::sum);
      assertThat(reader.read(good)).hasToString(expected);
    }
    assertThat(fates).as("fates").containsKey("EVENT").hasSizeGreaterThan(1);
  }

  private static KafkaRecord changed(KafkaRecord good, Random random) {
    int part = random.nextInt(8);
    if (part == 0) {
      return record(good.value(), changed(good.key(), random), good.headers());
    }
    if (part == 1) {
      List<KafkaHeader> headers =
          good.headers().stream()
              .map(header -> new KafkaHeader(header.name(), changed(header.value(), random)))
              .toList();
      return record(good.value(), good.key(), headers);
    }
    return record(changed(good.value(), random), good.key(), good.headers());
  }

  private static byte[] changed(byte[] value, Random random) {
    int from = random.nextInt(value.length);
    return switch (random.nextInt(6)) {
      case 0 -> Arrays.copyOf(value, from);
      case 1 -> {
        byte[] flipped = value.clone();
        for (int flips = random.nextInt(4); flips >= 0; flips--) {
          flipped[random.nextInt(value.length)] = (byte) random.nextInt();
        }
        yield flipped;
      }
      case 2 -> spliced(value, from, random);
      case 3 -> {
        byte[] noise = new byte[random.nextInt(40)];
        random.nextBytes(noise);
        yield noise;
      }
      default -> otherToken(value, random);
    };
  }

  private static byte[] spliced(byte[] value, int from, Random random) {
    ByteArrayOutputStream spliced = new ByteArrayOutputStream();
    byte[] noise = new byte[random.nextInt(6)];
    random.nextBytes(noise);
    spliced.write(value, 0, from);
    spliced.writeBytes(noise);
    int to = from + random.nextInt(value.length - from);
    spliced.write(value, to, value.length - to);
    return spliced.toByteArray();
  }

  /** A name or value of JSON with another in its place; what is no JSON has a byte more. */
  private static byte[] otherToken(byte[] value, Random random) {
    String text = new String(value, UTF_8);
    List<MatchResult> tokens = TOKEN.matcher(text).results().toList();
    if (tokens.isEmpty() || !Arrays.equals(text.getBytes(UTF_8), value)) {
      return spliced(value, value.length - 1, random);
    }
    MatchResult token = tokens.get(random.nextInt(tokens.size()));
    return (text.substring(0, token.start())
            + TOKENS.get(random.nextInt(TOKENS.size()))
            + text.substring(token.end()))
        .getBytes(UTF_8);
  }

  private static KafkaRecord record(byte[] value, byte[] key, List<KafkaHeader> headers) {
    return new KafkaRecord("in", 0, 3, 1_700_000_000_000L, key, value, headers);
  }

  private static String shown(KafkaRecord record) {
    return "value %s %s, key %s"
        .formatted(
            new String(record.value(), UTF_8),
            Arrays.toString(record.value()),
            new String(record.key(), UTF_8));
  }

  private static byte[] order() {
    Descriptor type = FILE.findMessageTypeByName("Order");
    return DynamicMessage.newBuilder(type)
        .setField(type.findFieldByName("text"), "wo ist é")
        .setField(type.findFieldByName("id"), 7L)
        .addRepeatedField(type.findFieldByName("numbers"), 1.5)
        .build()
        .toByteArray();
  }

  private static byte[] change() throws IOException {
    GenericRecord row = new GenericData.Record(CHANGE.getField("after").schema().getTypes().get(1));
    row.put("id", 7L);
    row.put("text", "wo ist é");
    GenericRecord change = new GenericData.Record(CHANGE);
    change.put("before", row);
    change.put("after", row);
    change.put("op", "u");
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    new GenericDatumWriter<GenericRecord>(CHANGE).write(change, encoder);
    encoder.flush();
    return out.toByteArray();
  }

  private static RegistryProvider provider() {
    URI address = URI.create("http://127.0.0.1:" + registry.getAddress().getPort());
    return () ->
        new SchemaRegistry(
            new RegistryAccess(
                List.of(address), Optional.empty(), Optional.empty(), Duration.ZERO));
  }

  private static void answer(int id, String type, String schema) {
    byte[] body =
        "{\"schemaType\":\"%s\",\"schema\":\"%s\"}"
            .formatted(type, schema.replace("\"", "\\\"").replace("\n", "\\n"))
            .getBytes(UTF_8);
    registry.createContext(
        "/schemas/ids/" + id,
        exchange -> {
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
  }
}
