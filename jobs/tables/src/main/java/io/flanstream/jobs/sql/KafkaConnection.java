package io.flanstream.jobs.sql;

import io.flanstream.jobs.pipeline.KafkaSettings;
import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.pipeline.Position;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.table.api.Schema;
import org.apache.flink.table.api.TableDescriptor;

/**
 * A pipeline's Kafka: what all tables over its topics have in common. Only committed records count.
 *
 * @param options options of the table connector, without a topic
 */
record KafkaConnection(Map<String, String> options) {
  private static final String START = "scan.startup.mode";

  /**
   * Options of a pipeline.
   *
   * @param pipeline whose Kafka
   * @param from where tables begin; at committed offsets for the history alone, which commits them
   * @param live whether they go on with what is committed later
   */
  static KafkaConnection of(Pipeline pipeline, Position from, boolean live) {
    Map<String, String> options = new HashMap<>();
    KafkaSettings kafka = pipeline.kafka();
    (live ? kafka.clientProperties() : kafka.boundedReaderProperties())
        .forEach((key, value) -> options.put("properties." + key, value.toString()));
    options.put("properties.isolation.level", "read_committed");
    if (from instanceof Position.Committed) {
      options.put(START, "group-offsets");
      options.put("properties.group.id", HistoryTable.groupId(pipeline));
      options.put("properties.auto.offset.reset", "earliest");
    } else if (from instanceof Position.Time start) {
      options.put(START, "timestamp");
      options.put("scan.startup.timestamp-millis", Long.toString(start.time().toEpochMilli()));
    } else {
      options.put(START, from instanceof Position.Latest ? "latest-offset" : "earliest-offset");
    }
    if (!live) {
      options.put("scan.bounded.mode", "latest-offset");
    }
    return new KafkaConnection(options);
  }

  /** A table with these options. */
  TableDescriptor.Builder table(Schema columns) {
    TableDescriptor.Builder table =
        TableDescriptor.forConnector(PipelineTableFactory.NAME).schema(columns);
    options.forEach(table::option);
    return table;
  }
}
