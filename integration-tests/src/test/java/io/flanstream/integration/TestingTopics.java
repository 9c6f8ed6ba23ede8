package io.flanstream.integration;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.flanstream.jobs.broker.EmbeddedKafka;
import io.flanstream.operators.serialize.EnrichedForms;
import io.flanstream.schemas.EnrichedEvent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Writes to topics and reads them as an application would that only trusts committed records. */
record TestingTopics(String bootstrapServers) {
  /** The most bytes that a broker takes for a batch, unless it is told otherwise. */
  static final int BROKER_LIMIT = 1048588;

  private static final Duration PATIENCE = Duration.ofSeconds(120);

  TestingTopics(EmbeddedKafka kafka) {
    this(kafka.bootstrapServers());
  }

  /** Writes records; the broker has them all when this returns. */
  void write(List<ProducerRecord<byte[], byte[]>> records)
      throws ExecutionException, InterruptedException {
    Properties client = client();
    // The broker says what is too large, not the client.
    client.setProperty("max.request.size", Integer.toString(2 * BROKER_LIMIT));
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(client, new ByteArraySerializer(), new ByteArraySerializer())) {
      List<Future<RecordMetadata>> written = new ArrayList<>();
      records.forEach(record -> written.add(producer.send(record)));
      for (Future<RecordMetadata> future : written) {
        future.get();
      }
    }
  }

  /** Everything that is committed. */
  List<ConsumerRecord<byte[], byte[]>> read(String topic) {
    return readUntil(topic, 0);
  }

  /** Everything that was ever written, aborted or not. */
  List<ConsumerRecord<byte[], byte[]>> readUncommitted(String topic) {
    return readUntil(topic, 0, IsolationLevel.READ_UNCOMMITTED);
  }

  /** Everything that is committed, once there are at least so many records. */
  List<ConsumerRecord<byte[], byte[]>> readUntil(String topic, int count) {
    return readUntil(topic, count, IsolationLevel.READ_COMMITTED);
  }

  private List<ConsumerRecord<byte[], byte[]>> readUntil(
      String topic, int count, IsolationLevel isolation) {
    Properties client = client();
    client.setProperty("isolation.level", isolation.toString());
    client.setProperty("enable.auto.commit", "false");
    // A question where the topic ends waits behind a fetch.
    client.setProperty("fetch.max.wait.ms", "50");
    Instant deadline = Instant.now().plus(PATIENCE);
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(client, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
      while (true) {
        consumer.poll(Duration.ofMillis(100)).forEach(records::add);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        boolean atEnd = partitions.stream().allMatch(at -> consumer.position(at) >= ends.get(at));
        if (atEnd && records.size() >= count) {
          return records;
        }
        if (Instant.now().isAfter(deadline)) {
          throw new AssertionError(
              "%s has %s records after %s, not %s"
                  .formatted(topic, records.size(), PATIENCE, count));
        }
      }
    }
  }

  /** Keys of everything that is committed. */
  List<String> keys(String topic) {
    return read(topic).stream().map(record -> new String(record.key(), UTF_8)).toList();
  }

  /** Whether the topic has records that nobody who reads only committed ones can see yet. */
  boolean hasOpenTransaction(String topic) throws ExecutionException, InterruptedException {
    return !ends(topic, IsolationLevel.READ_COMMITTED)
        .equals(ends(topic, IsolationLevel.READ_UNCOMMITTED));
  }

  /** Waits until a group has committed that it has read all there is. */
  void awaitCommitted(String group, String topic) throws ExecutionException, InterruptedException {
    awaitCommitted(group, topic, ends(topic, IsolationLevel.READ_COMMITTED));
  }

  /** Waits until a group has committed these offsets of its topic, by partition. */
  void awaitCommitted(String group, String topic, int[] offsets)
      throws ExecutionException, InterruptedException {
    Map<TopicPartition, Long> wanted = new HashMap<>();
    for (int partition = 0; partition < offsets.length; partition++) {
      wanted.put(new TopicPartition(topic, partition), (long) offsets[partition]);
    }
    awaitCommitted(group, topic, wanted);
  }

  private void awaitCommitted(String group, String topic, Map<TopicPartition, Long> ends)
      throws ExecutionException, InterruptedException {
    Instant deadline = Instant.now().plus(PATIENCE);
    try (Admin admin = Admin.create(client())) {
      while (true) {
        Map<TopicPartition, Long> committed = new HashMap<>();
        admin
            .listConsumerGroupOffsets(group)
            .partitionsToOffsetAndMetadata()
            .get()
            .forEach((partition, offset) -> committed.put(partition, offset.offset()));
        committed.keySet().removeIf(partition -> !partition.topic().equals(topic));
        if (committed.equals(ends)) {
          return;
        }
        if (Instant.now().isAfter(deadline)) {
          throw new AssertionError(
              "%s has committed %s of %s after %s, not %s"
                  .formatted(group, committed, topic, PATIENCE, ends));
        }
        TimeUnit.MILLISECONDS.sleep(100);
      }
    }
  }

  private Map<TopicPartition, Long> ends(String topic, IsolationLevel isolation)
      throws ExecutionException, InterruptedException {
    try (Admin admin = Admin.create(client())) {
      Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
      admin
          .describeTopics(List.of(topic))
          .topicNameValues()
          .get(topic)
          .get()
          .partitions()
          .forEach(
              info -> latest.put(new TopicPartition(topic, info.partition()), OffsetSpec.latest()));
      Map<TopicPartition, Long> ends = new HashMap<>();
      admin
          .listOffsets(latest, new ListOffsetsOptions(isolation))
          .all()
          .get()
          .forEach((partition, end) -> ends.put(partition, end.offset()));
      return ends;
    }
  }

  /** Creates topics anew, those that are there without what is in them. */
  void recreate(int partitions, String... topics) throws ExecutionException, InterruptedException {
    try (Admin admin = Admin.create(client())) {
      Set<String> there = admin.listTopics().names().get();
      List<String> old = Stream.of(topics).filter(there::contains).toList();
      admin.deleteTopics(old).all().get();
      while (admin.listTopics().names().get().stream().anyMatch(old::contains)) {
        TimeUnit.MILLISECONDS.sleep(20);
      }
    }
    create(partitions, topics);
  }

  void create(int partitions, String... topics) throws InterruptedException {
    EmbeddedKafka.createTopics(bootstrapServers, partitions, topics);
  }

  private Properties client() {
    Properties client = new Properties();
    client.setProperty("bootstrap.servers", bootstrapServers);
    return client;
  }

  /** Plain Avro binary of a record. */
  static byte[] encoded(SpecificRecordBase record) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
    new SpecificDatumWriter<>(record.getSchema()).write(record, encoder);
    encoder.flush();
    return bytes.toByteArray();
  }

  /** A record in plain Avro binary. */
  @SuppressWarnings("unchecked")
  static <T extends SpecificRecordBase> T decoded(byte[] bytes, T record) {
    try {
      if (record instanceof EnrichedEvent) {
        return (T) EnrichedForms.read(bytes);
      }
      return new SpecificDatumReader<T>(record.getSchema())
          .read(record, DecoderFactory.get().binaryDecoder(bytes, null));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
