package io.flanstream.jobs.kafka;

import io.flanstream.jobs.pipeline.KafkaSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * What is committed in a topic.
 *
 * @param kafka which Kafka
 * @param name name of the topic
 */
public record CommittedTopic(KafkaSettings kafka, String name) {
  private static final Duration POLL = Duration.ofMillis(200);

  /**
   * Reads the topic from its beginning to where it ends now.
   *
   * @param records takes each record, those of a partition in order
   * @throws TopicException if there is no such topic
   */
  public void read(Consumer<ConsumerRecord<byte[], byte[]>> records) {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer(kafka)) {
      List<TopicPartition> partitions = partitions(consumer);
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(at -> consumer.position(at) < ends.get(at))) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          if (record.offset() < ends.get(new TopicPartition(name, record.partition()))) {
            records.accept(record);
          }
        }
      }
    }
  }

  /** A consumer of what is committed, without a group. */
  public static KafkaConsumer<byte[], byte[]> consumer(KafkaSettings kafka) {
    Properties client = kafka.boundedReaderProperties();
    client.setProperty(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    client.setProperty(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
    client.setProperty(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
    return new KafkaConsumer<>(client, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  private List<TopicPartition> partitions(KafkaConsumer<byte[], byte[]> consumer) {
    List<PartitionInfo> found = consumer.partitionsFor(name);
    if (found == null || found.isEmpty()) {
      throw new TopicException(
          "Cannot read topic: Kafka at %s has no topic %s"
              .formatted(kafka.bootstrapServers(), name));
    }
    return found.stream().map(info -> new TopicPartition(name, info.partition())).toList();
  }
}
