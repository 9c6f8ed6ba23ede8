package io.flanstream.jobs.deadletter;

import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.registry.RegistryConnection;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** The dead letters of a pipeline, as far as they are committed. */
public final class DeadLetterTopic {
  private static final Duration POLL = Duration.ofMillis(200);

  private final Pipeline pipeline;
  private final DeadLetterReader reader;

  /** The topic of a pipeline. */
  public DeadLetterTopic(Pipeline pipeline) {
    this.pipeline = pipeline;
    this.reader =
        new DeadLetterReader(pipeline.deadLetters().format(), RegistryConnection.of(pipeline));
  }

  /**
   * Reads the topic from its beginning to where it ends now.
   *
   * @param letters takes each dead letter, those of a partition in order
   * @return number of records that are none
   */
  public long read(Consumer<StoredDeadLetter> letters) {
    Properties client = pipeline.kafka().clientProperties();
    client.setProperty(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    client.setProperty(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(client, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(pipeline.deadLetters().topic()).stream()
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      long others = 0;
      while (partitions.stream().anyMatch(at -> consumer.position(at) < ends.get(at))) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          others += take(record, letters) ? 0 : 1;
        }
      }
      return others;
    }
  }

  private boolean take(ConsumerRecord<byte[], byte[]> record, Consumer<StoredDeadLetter> letters) {
    StoredDeadLetter letter;
    try {
      letter =
          new StoredDeadLetter(
              Instant.ofEpochMilli(record.timestamp()), reader.read(record.value()));
    } catch (IOException e) {
      return false;
    }
    letters.accept(letter);
    return true;
  }
}
