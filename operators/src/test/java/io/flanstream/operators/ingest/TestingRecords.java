package io.flanstream.operators.ingest;

import io.flanstream.operators.record.KafkaHeader;
import io.flanstream.operators.record.KafkaRecord;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Kafka records of topic {@code in}, partition 1, offset 7. */
public final class TestingRecords {
  public static final long TIMESTAMP = 1_700_000_000_000L;

  private TestingRecords() {}

  public static KafkaRecord record(byte[] key, byte[] value, KafkaHeader... headers) {
    return new KafkaRecord("in", 1, 7, TIMESTAMP, key, value, List.of(headers));
  }

  public static KafkaRecord record(String value) {
    return record(null, value.getBytes(StandardCharsets.UTF_8));
  }

  public static EventFields fields(String... attributes) {
    return new EventFields(
        FieldPath.parse("text"),
        FieldPath.parse("id"),
        FieldPath.parse("eventTime"),
        List.of(attributes).stream().map(FieldPath::parse).toList());
  }
}
