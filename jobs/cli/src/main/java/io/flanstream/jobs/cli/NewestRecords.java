package io.flanstream.jobs.cli;

import io.flanstream.jobs.pipeline.KafkaSettings;
import io.flanstream.jobs.pipeline.SourceTopics;
import io.flanstream.operators.record.KafkaHeader;
import io.flanstream.operators.record.KafkaRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

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
    Properties client = kafka.clientProperties();
    client.setProperty(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    client.setProperty(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(client, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
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
        consumer.poll(POLL).forEach(record -> records.add(read(record)));
      }
      records.sort(Comparator.comparingLong(KafkaRecord::timestamp).reversed());
      return records.subList(0, Math.min(count, records.size()));
    }
  }

  private static boolean isAtEnd(KafkaConsumer<?, ?> consumer, Map<TopicPartition, Long> ends) {
    return ends.entrySet().stream()
        .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
  }

  private static KafkaRecord read(ConsumerRecord<byte[], byte[]> record) {
    List<KafkaHeader> headers = new ArrayList<>();
    record.headers().forEach(header -> headers.add(new KafkaHeader(header.key(), header.value())));
    return new KafkaRecord(
        record.topic(),
        record.partition(),
        record.offset(),
        record.timestamp(),
        record.key(),
        record.value(),
        headers);
  }
}
