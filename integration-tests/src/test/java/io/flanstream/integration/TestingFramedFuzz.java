package io.flanstream.integration;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;

/**
 * Avro records of two versions of a schema in Confluent's wire format, framed by hand, and bytes
 * that are none. The second version refers to another schema.
 */
final class TestingFramedFuzz extends TestingFuzz {
  private static final String FIRST =
      """
      {"type": "record", "name": "Message", "namespace": "shop", "fields": [
        {"name": "id", "type": "string"},
        {"name": "text", "type": "string"},
        {"name": "channel", "type": "string", "default": "none"}]}
      """;
  private static final String SECOND =
      """
      {"type": "record", "name": "Message", "namespace": "shop", "fields": [
        {"name": "channel", "type": ["null", "Channel"]},
        {"name": "urgent", "type": "boolean", "default": false},
        {"name": "text", "type": "string"},
        {"name": "id", "type": "string"}]}
      """;
  private static final String CHANNEL =
      """
      {"type": "enum", "name": "Channel", "namespace": "shop", "symbols": ["COUNTER", "WEB"]}
      """;
  private static final String JSON_SCHEMA =
      """
      {"$schema": "http://json-schema.org/draft-07/schema#", "type": "object"}
      """;
  private static final Schema CHANNELS = new Schema.Parser().parse(CHANNEL);
  private static final int HEADER = 5;
  private static final Set<String> NO_FRAME = Set.of("INVALID_FRAME");
  private static final Set<String> UNKNOWN = Set.of("UNKNOWN_SCHEMA");
  private static final Set<String> INVALID = Set.of("INVALID_AVRO");

  private final int[] ids;
  private int written;

  /** Registers the two versions under a topic's subject. */
  TestingFramedFuzz(long seed, TestingSchemaRegistry registry, String topic)
      throws IOException, InterruptedException {
    super(seed);
    this.ids =
        new int[] {registry.register(topic + "-value", FIRST, "AVRO"), second(registry, topic)};
    int noAvro = registry.register("other-value", JSON_SCHEMA, "JSON");
    kind("empty", () -> new byte[0], NO_FRAME);
    kind("header cut", () -> Arrays.copyOf(some(), random.nextInt(HEADER)), NO_FRAME);
    kind("other magic", this::otherMagic, NO_FRAME);
    kind("negative id", () -> withId(-1 - random.nextInt(99), some()), NO_FRAME);
    kind("unknown id", () -> withId(1000 + random.nextInt(3), some()), UNKNOWN);
    kind("large id", () -> withId(Integer.MAX_VALUE, some()), UNKNOWN);
    kind("schema of JSON", () -> withId(noAvro, some()), UNKNOWN);
    kind("header alone", () -> Arrays.copyOf(some(), HEADER), INVALID);
    kind("record cut", this::recordCut, INVALID);
    kind("left over", this::leftOver, INVALID);
    kind("not UTF-8", () -> notUtf8(some()), INVALID);
    kind("blank", () -> good("blank", " "), Set.of("EMPTY_TEXT"));
    large("long text", this::longText, "TOO_MANY_TOKENS");
  }

  private static int second(TestingSchemaRegistry registry, String topic)
      throws IOException, InterruptedException {
    registry.register("channel", CHANNEL, "AVRO");
    return registry.registerReferring(topic + "-value", SECOND, "shop.Channel", "channel");
  }

  @Override
  byte[] good(String id, String text) {
    return framed(ids[written++ % ids.length], id, text);
  }

  @Override
  String text(byte[] value) {
    try {
      int id = ByteBuffer.wrap(value).getInt(1);
      return new GenericDatumReader<GenericRecord>(schema(id))
          .read(
              null, DecoderFactory.get().binaryDecoder(value, HEADER, value.length - HEADER, null))
          .get("text")
          .toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private byte[] leftOver() {
    byte[] value = some();
    return Arrays.copyOf(value, value.length + 1);
  }

  private byte[] longText() {
    return framed(ids[0], "long", "x".repeat(fillerFor(framed(ids[0], "long", ""))));
  }

  private byte[] otherMagic() {
    byte[] value = some();
    value[0] = (byte) (1 + random.nextInt(255));
    return value;
  }

  private byte[] recordCut() {
    byte[] value = some();
    return Arrays.copyOf(value, HEADER + random.nextInt(value.length - HEADER));
  }

  private byte[] framed(int id, String messageId, String text) {
    GenericRecord message = new GenericData.Record(schema(id));
    message.put("id", messageId);
    message.put("text", text);
    message.put("channel", "counter");
    if (id == ids[1]) {
      message.put("channel", new GenericData.EnumSymbol(CHANNELS, "COUNTER"));
      message.put("urgent", true);
    }
    return framed(id, message);
  }

  /** A record in Confluent's wire format. */
  static byte[] framed(int id, GenericRecord message) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    try {
      new GenericDatumWriter<GenericRecord>(message.getSchema()).write(message, encoder);
      encoder.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return ByteBuffer.allocate(HEADER + out.size())
        .put((byte) 0)
        .putInt(id)
        .put(out.toByteArray())
        .array();
  }

  private Schema schema(int id) {
    Schema.Parser parser = new Schema.Parser();
    parser.addTypes(Map.of(CHANNELS.getFullName(), CHANNELS));
    return parser.parse(id == ids[0] ? FIRST : SECOND);
  }

  private static byte[] withId(int id, byte[] value) {
    ByteBuffer.wrap(value).putInt(1, id);
    return value;
  }
}
