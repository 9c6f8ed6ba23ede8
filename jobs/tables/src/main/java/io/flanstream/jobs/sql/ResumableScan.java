package io.flanstream.jobs.sql;

import io.flanstream.jobs.pipeline.SourceTopics;
import io.flanstream.jobs.topology.ResumableSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.table.connector.source.DataStreamScanProvider;
import org.apache.flink.table.data.RowData;
import org.apache.kafka.common.TopicPartition;

/**
 * Scans of one topic that go on from the state of any other, wherever that ended and these do.
 * Flink's table source keeps the end of its first run in its state.
 */
final class ResumableScan {
  /** The end of a run that has none. */
  static final String NEVER = "never";

  private ResumableScan() {}

  /**
   * Wraps a scan that never ends.
   *
   * @param kafka a scan by Flink's own source
   * @param topic what it reads
   * @param until {@value #NEVER}, or where it ends, as {@link #until} writes it
   */
  @SuppressWarnings("unchecked") // Flink's Kafka tables scan by its Kafka source, of rows.
  static DataStreamScanProvider of(DataStreamScanProvider kafka, String topic, String until) {
    Map<TopicPartition, Long> ends = until.equals(NEVER) ? null : ends(topic, until);
    SourceTopics topics = new SourceTopics(List.of(topic), null);
    return new WrappedScan(
        kafka,
        ends != null,
        source -> new ResumableSource<>((KafkaSource<RowData>) source, ends, topics, null));
  }

  /** Writes where a run ends: the offset after its last record, of each partition. */
  static String until(Map<Integer, Long> ends) {
    return ends.entrySet().stream()
        .map(end -> "%s:%s".formatted(end.getKey(), end.getValue()))
        .collect(Collectors.joining(";"));
  }

  private static Map<TopicPartition, Long> ends(String topic, String until) {
    Map<TopicPartition, Long> ends = new HashMap<>();
    for (String end : until.split(";", -1)) {
      int colon = end.indexOf(':');
      ends.put(
          new TopicPartition(topic, Integer.parseInt(end.substring(0, colon))),
          Long.parseLong(end.substring(colon + 1)));
    }
    return ends;
  }
}
