package io.flanstream.operators.registry;

import java.nio.ByteBuffer;
import java.util.OptionalInt;

/**
 * Confluent's wire format: a zero byte, the id of the schema in four bytes, big-endian, and the
 * record in Avro's binary form.
 */
public final class WireFormat {
  /** Bytes before the record. */
  public static final int HEADER_BYTES = 5;

  private static final byte MAGIC = 0;

  private WireFormat() {}

  /**
   * The id of a value's schema.
   *
   * @param value a value
   * @return the id, 0 or more; empty where the value does not begin as the format does
   */
  public static OptionalInt schemaId(byte[] value) {
    if (value.length < HEADER_BYTES || value[0] != MAGIC) {
      return OptionalInt.empty();
    }
    int id = ByteBuffer.wrap(value).getInt(1);
    return id < 0 ? OptionalInt.empty() : OptionalInt.of(id);
  }

  /** What goes before records of a schema. */
  public static byte[] header(int schemaId) {
    return ByteBuffer.allocate(HEADER_BYTES).put(MAGIC).putInt(schemaId).array();
  }
}
