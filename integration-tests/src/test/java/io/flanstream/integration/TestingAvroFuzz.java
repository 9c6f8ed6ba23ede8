package io.flanstream.integration;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;
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

/** Avro records of a schema that may hold itself, and bytes that are none. */
final class TestingAvroFuzz extends TestingFuzz {
  static final Schema SCHEMA =
      new Schema.Parser()
          .parse(
              """
              {"type": "record", "name": "Message", "namespace": "shop", "fields": [
                {"name": "id", "type": "string"},
                {"name": "channel", "type": ["null", "string", "Message"]},
                {"name": "tags", "type": {"type": "map", "values": {"type": "array", "items": "bytes"}}},
                {"name": "text", "type": "string"}]}
              """);

  private static final int DEEP = 50_000;
  private static final int NOT_DEEP = 99;
  private static final Set<String> INVALID = Set.of("INVALID_AVRO");

  TestingAvroFuzz(long seed) {
    super(seed);
    kind("empty", () -> new byte[0], INVALID);
    kind("truncated", () -> truncated(some()), INVALID);
    kind("left over", () -> joined(some(), new byte[1 + random.nextInt(9)]), INVALID);
    kind("not UTF-8", () -> notUtf8(some()), INVALID);
    kind("long length", () -> joined(varint(1L << (20 + random.nextInt(43))), some()), INVALID);
    kind("negative length", () -> joined(varint(-1 - random.nextInt(99)), some()), INVALID);
    kind("unknown branch", () -> joined(new byte[] {2, 'a'}, varint(3)), INVALID);
    kind("deep", () -> nested(DEEP), INVALID);
    kind("nested", () -> nested(NOT_DEEP), Set.of(ENRICHED));
    kind("blank", () -> good("blank", " "), Set.of("EMPTY_TEXT"));
    large("long text", () -> good("long", filler()), "TOO_MANY_TOKENS");
    large("long attribute", () -> message("a", filler(), "a"), ENRICHED, TOO_LARGE);
  }

  @Override
  byte[] good(String id, String text) {
    return message(id, id, text);
  }

  @Override
  String text(byte[] value) {
    try {
      return new GenericDatumReader<GenericRecord>(SCHEMA)
          .read(null, DecoderFactory.get().binaryDecoder(value, null))
          .get("text")
          .toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String filler() {
    return "x".repeat(fillerFor(good("long", "")));
  }

  private static byte[] message(String id, String channel, String text) {
    GenericRecord message = new GenericData.Record(SCHEMA);
    message.put("id", id);
    message.put("channel", channel);
    message.put("tags", Map.of("tag", List.of(ByteBuffer.wrap(utf8(id)))));
    message.put("text", text);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    try {
      new GenericDatumWriter<GenericRecord>(SCHEMA).write(message, encoder);
      encoder.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /** Messages in messages: an id and the branch each, and what is left of each behind them. */
  private static byte[] nested(int depth) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int level = 0; level < depth; level++) {
      out.writeBytes(new byte[] {2, 'a', 4});
    }
    out.writeBytes(new byte[] {2, 'a', 0});
    for (int level = 0; level <= depth; level++) {
      out.writeBytes(new byte[] {0, 2, 'a'});
    }
    return out.toByteArray();
  }

  private static byte[] varint(long number) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    long left = (number << 1) ^ (number >> 63);
    while ((left & ~0x7FL) != 0) {
      out.write((int) ((left & 0x7F) | 0x80));
      left >>>= 7;
    }
    out.write((int) left);
    return out.toByteArray();
  }

  private static byte[] joined(byte[] first, byte[] second) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(first);
    out.writeBytes(second);
    return out.toByteArray();
  }
}
