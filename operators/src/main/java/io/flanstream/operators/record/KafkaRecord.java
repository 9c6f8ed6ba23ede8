package io.flanstream.operators.record;

import io.flanstream.schemas.Source;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;

/**
 * A record as Kafka gave it.
 *
 * @param topic topic it was read from
 * @param partition its partition
 * @param offset its offset in the partition
 * @param timestamp its Kafka timestamp, in milliseconds since 1970
 * @param key its key, null where it has none; not to be changed
 * @param value its value, null for a tombstone; not to be changed
 * @param headers its headers, in order
 */
public record KafkaRecord(
    String topic,
    int partition,
    long offset,
    long timestamp,
    byte[] key,
    byte[] value,
    List<KafkaHeader> headers) {

  /** How Flink serialises it. */
  public static final TypeInformation<KafkaRecord> TYPE =
      Types.POJO(
          KafkaRecord.class,
          Map.of(
              "topic", Types.STRING,
              "partition", Types.INT,
              "offset", Types.LONG,
              "timestamp", Types.LONG,
              "key", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO,
              "value", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO,
              "headers", Types.LIST(KafkaHeader.TYPE)));

  /** Bytes of its key, its value and its headers' values. */
  public long bytes() {
    return headers.stream().mapToLong(header -> length(header.value())).sum()
        + length(key)
        + length(value);
  }

  /** A name for the record that no other has: topic-partition-offset. */
  public String coordinates() {
    return "%s-%s-%s".formatted(topic, partition, offset);
  }

  /** Where it was read from, as results say it. */
  public Source source() {
    return new Source(topic, partition, offset);
  }

  /** Key of what comes of it: its own, else an id. */
  public byte[] keyOr(String id) {
    return key == null ? id.getBytes(StandardCharsets.UTF_8) : key;
  }

  private static int length(byte[] bytes) {
    return bytes == null ? 0 : bytes.length;
  }
}
