package io.flanstream.jobs.cli;

import io.flanstream.jobs.kafka.CommittedTopic;
import io.flanstream.jobs.pipeline.KafkaSettings;
import io.flanstream.jobs.pipeline.SourceTopics;
import io.flanstream.jobs.topology.KafkaRecordReader;
import io.flanstream.operators.record.KafkaRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** The newest records of topics, read by no consumer group. */
final class NewestRecords {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration POLL = Duration.ofMillis(200);

  private NewestRecords() {}

  /**
   * Reads them; fewer where the topics have fewer, or Kafka is slow.
   *
   * @param kafka where
   * @param topics the topics, of those that are shown
   * @param count how many at most
   * @return the newest first
   */
  static List<KafkaRecord> read(KafkaSettings kafka, SourceTopics topics, int count) {
    try (KafkaConsumer<byte[], byte[]> consumer = CommittedTopic.consumer(kafka)) {
      List<TopicPartition> partitions =
          topics.among(consumer.listTopics(PATIENCE).keySet()).stream()
              .flatMap(topic -> consumer.partitionsFor(topic, PATIENCE).stream())
              .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
              .toList();
      consumer.assign(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, PATIENCE);
      consumer
          .beginningOffsets(partitions, PATIENCE)
          .forEach(
              (partition, first) ->
                  consumer.seek(partition, Math.max(first, ends.get(partition) - count)));
      List<KafkaRecord> records = new ArrayList<>();
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      while (!isAtEnd(consumer, ends) && System.nanoTime() < deadline) {
        consumer.poll(POLL).forEach(record -> records.add(KafkaRecordReader.of(record)));
      }
      records.sort(Comparator.comparingLong(KafkaRecord::timestamp).reversed());
      return records.subList(0, Math.min(count, records.size()));
    }
  }

  private static boolean isAtEnd(KafkaConsumer<?, ?> consumer, Map<TopicPartition, Long> ends) {
    return ends.entrySet().stream()
        .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
  }
}
