package io.flanstream.operators.serialize;

import io.flanstream.operators.record.KafkaHeader;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;

/**
 * A record as it goes to Kafka.
 *
 * @param topic where it goes
 * @param key its key
 * @param value its value, null for a tombstone
 * @param headers its headers, in order
 * @param partition its partition where the topic has that; {@link #ANY_PARTITION} for the one that
 *     its key says
 */
public record OutboundRecord(
    String topic, byte[] key, byte[] value, List<KafkaHeader> headers, int partition) {
  /** The partition that the key says. */
  public static final int ANY_PARTITION = -1;

  /** How Flink serialises it. */
  public static final TypeInformation<OutboundRecord> TYPE =
      Types.POJO(
          OutboundRecord.class,
          Map.of(
              "topic", Types.STRING,
              "key", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO,
              "value", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO,
              "headers", Types.LIST(KafkaHeader.TYPE),
              "partition", Types.INT));

  // A batch of one record, message format 2: its header, the record's length, attributes, deltas
  // and count of headers, and a length before each part, each at its longest.
  private static final long BATCH_AND_RECORD_OVERHEAD = 61 + 21;
  private static final long LENGTH_OVERHEAD = 5;

  /** A record whose key says its partition. */
  public OutboundRecord(String topic, byte[] key, byte[] value, List<KafkaHeader> headers) {
    this(topic, key, value, headers, ANY_PARTITION);
  }

  /** The most bytes that the record takes in Kafka when it is alone in its batch. */
  public long size() {
    long size = BATCH_AND_RECORD_OVERHEAD + size(key) + size(value);
    for (KafkaHeader header : headers) {
      // At most three bytes of UTF-8 for each char.
      size += LENGTH_OVERHEAD + 3L * header.name().length() + size(header.value());
    }
    return size;
  }

  private static long size(byte[] bytes) {
    return LENGTH_OVERHEAD + (bytes == null ? 0 : bytes.length);
  }
}
