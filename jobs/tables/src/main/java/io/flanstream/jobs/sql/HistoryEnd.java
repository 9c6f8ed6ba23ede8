package io.flanstream.jobs.sql;

import io.flanstream.jobs.pipeline.Pipeline;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/**
 * Where the topics of enriched events end, for a history job that ends there: the last committed
 * record of each partition.
 *
 * @param offsets offset after the last record of each partition
 */
public record HistoryEnd(Map<TopicPartition, Long> offsets) {

  /** The ends of the topics that a pipeline writes to, as they are now. */
  public static HistoryEnd of(Pipeline pipeline) throws ExecutionException, InterruptedException {
    try (Admin admin = Admin.create(pipeline.kafka().clientProperties())) {
      Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
      admin
          .describeTopics(pipeline.sink().topics())
          .allTopicNames()
          .get()
          .forEach(
              (topic, found) ->
                  found
                      .partitions()
                      .forEach(
                          partition ->
                              latest.put(
                                  new TopicPartition(topic, partition.partition()),
                                  OffsetSpec.latest())));
      Map<TopicPartition, Long> offsets =
          new TreeMap<>(
              Comparator.comparing(TopicPartition::topic)
                  .thenComparingInt(TopicPartition::partition));
      admin
          .listOffsets(latest, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
          .all()
          .get()
          .forEach((partition, found) -> offsets.put(partition, found.offset()));
      return new HistoryEnd(offsets);
    }
  }

  /**
   * Commits that the table has everything before the end, once it has. Flink commits its offsets
   * without waiting for the broker's answer, and a job that ends may never see one.
   */
  public void commit(Pipeline pipeline) throws ExecutionException, InterruptedException {
    Map<TopicPartition, OffsetAndMetadata> committed =
        offsets.entrySet().stream()
            .collect(
                Collectors.toMap(Map.Entry::getKey, end -> new OffsetAndMetadata(end.getValue())));
    try (Admin admin = Admin.create(pipeline.kafka().clientProperties())) {
      admin.alterConsumerGroupOffsets(HistoryTable.groupId(pipeline), committed).all().get();
    }
  }

  /** Where a scan of a topic ends, for {@link PipelineTableFactory#RUN_UNTIL}. */
  String until(String topic) {
    Map<Integer, Long> ends = new TreeMap<>();
    offsets.forEach(
        (partition, offset) -> {
          if (partition.topic().equals(topic)) {
            ends.put(partition.partition(), offset);
          }
        });
    return ResumableScan.until(ends);
  }
}
