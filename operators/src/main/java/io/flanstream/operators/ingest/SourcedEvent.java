package io.flanstream.operators.ingest;

import io.flanstream.operators.record.KafkaRecord;
import io.flanstream.schemas.TextEvent;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.formats.avro.typeutils.AvroTypeInfo;

/**
 * An event with the record that it came from, which a dead letter would need.
 *
 * @param origin the record
 * @param event the event, null where the record is a tombstone
 */
public record SourcedEvent(KafkaRecord origin, TextEvent event) {

  /** How Flink serialises it. */
  public static final TypeInformation<SourcedEvent> TYPE =
      Types.POJO(
          SourcedEvent.class,
          Map.of("origin", KafkaRecord.TYPE, "event", new AvroTypeInfo<>(TextEvent.class)));

  /** When it happened, in milliseconds since 1970; for a tombstone its Kafka timestamp. */
  public long timestamp() {
    return event == null ? origin.timestamp() : event.getEventTime().toEpochMilli();
  }
}
