package io.flanstream.operators.serialize;

import io.flanstream.operators.record.KafkaRecord;
import io.flanstream.schemas.EnrichedEvent;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.formats.avro.typeutils.AvroTypeInfo;

/**
 * An enriched event with the record that it came from.
 *
 * @param origin the record
 * @param event the enriched event, null where the record is a tombstone
 * @param output which of the output topics it goes to, 0 for the sink's own
 */
public record EnrichedRecord(KafkaRecord origin, EnrichedEvent event, int output) {

  /** How Flink serialises it. */
  public static final TypeInformation<EnrichedRecord> TYPE =
      Types.POJO(
          EnrichedRecord.class,
          Map.of(
              "origin", KafkaRecord.TYPE,
              "event", new AvroTypeInfo<>(EnrichedEvent.class),
              "output", Types.INT));

  /** A record for the sink's own topic. */
  public EnrichedRecord(KafkaRecord origin, EnrichedEvent event) {
    this(origin, event, 0);
  }

  /** Id of the event; the record's coordinates where it is a tombstone. */
  public String id() {
    return event == null ? origin.coordinates() : event.getId();
  }
}
