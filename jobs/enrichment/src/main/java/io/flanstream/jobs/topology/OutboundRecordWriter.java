package io.flanstream.jobs.topology;

import io.flanstream.operators.record.KafkaHeader;
import io.flanstream.operators.serialize.OutboundRecord;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Gives records to their topics as they are.
 *
 * <p>Kafka dates them: under the event time a broker could refuse a record (later than its {@code
 * message.timestamp.after.max.ms}), which would fail the job for ever, or delete it at once (older
 * than the topic's retention).
 */
final class OutboundRecordWriter implements KafkaRecordSerializationSchema<OutboundRecord> {
  private static final long serialVersionUID = 1L;

  @Override
  public ProducerRecord<byte[], byte[]> serialize(
      OutboundRecord record, KafkaSinkContext context, Long timestamp) {
    ProducerRecord<byte[], byte[]> produced =
        new ProducerRecord<>(
            record.topic(), partition(record, context), record.key(), record.value());
    for (KafkaHeader header : record.headers()) {
      produced.headers().add(header.name(), header.value());
    }
    return produced;
  }

  /** Null where Kafka's producer is to choose. */
  private static Integer partition(OutboundRecord record, KafkaSinkContext context) {
    return record.partition() != OutboundRecord.ANY_PARTITION
            && record.partition() < context.getPartitionsForTopic(record.topic()).length
        ? Integer.valueOf(record.partition())
        : null;
  }
}
