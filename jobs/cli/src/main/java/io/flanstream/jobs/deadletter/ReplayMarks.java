package io.flanstream.jobs.deadletter;

import io.flanstream.jobs.kafka.CommittedTopic;
import io.flanstream.jobs.pipeline.KafkaSettings;
import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.terminal.CommandException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.TopicConfig;

/**
 * Which dead letters were replayed, and when: a compacted topic beside theirs, named {@code
 * TOPIC-replayed}, written in the transaction that replays them. The key is the letter's place,
 * with the identity of its topic, so that a topic that is made anew has no marks.
 */
public final class ReplayMarks {
  private static final String SUFFIX = "-replayed";

  private final KafkaSettings kafka;
  private final String letters;
  private final String identity;
  private final boolean present;
  private final Map<String, Instant> times = new HashMap<>();

  private ReplayMarks(KafkaSettings kafka, String letters, String identity, boolean present) {
    this.kafka = kafka;
    this.letters = letters;
    this.identity = identity;
    this.present = present;
  }

  /**
   * Reads the marks of a pipeline's dead letters as they are now.
   *
   * @throws CommandException if Kafka does not answer
   */
  public static ReplayMarks read(Pipeline pipeline) {
    String letters = pipeline.deadLetters().topic();
    KafkaSettings kafka = pipeline.kafka();
    try (Admin admin = Admin.create(kafka.clientProperties())) {
      Set<String> names = admin.listTopics().names().get();
      if (!names.contains(letters)) {
        throw new CommandException(
            "Cannot read topic: Kafka at %s has no topic %s"
                .formatted(kafka.bootstrapServers(), letters));
      }
      Uuid identity =
          admin.describeTopics(List.of(letters)).allTopicNames().get().get(letters).topicId();
      boolean present = names.contains(letters + SUFFIX);
      ReplayMarks marks = new ReplayMarks(kafka, letters, identity + "/", present);
      if (present) {
        new CommittedTopic(kafka, marks.topic())
            .read(record -> marks.add(record.key(), record.timestamp()));
      }
      return marks;
    } catch (ExecutionException e) {
      throw new CommandException(
          "Cannot read which dead letters were replayed: " + e.getCause().getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandException("Cannot read which dead letters were replayed: interrupted", e);
    }
  }

  /** Name of the topic of the marks of a pipeline's dead letters. */
  public static String topic(Pipeline pipeline) {
    return pipeline.deadLetters().topic() + SUFFIX;
  }

  /** Name of the topic of the marks. */
  public String topic() {
    return letters + SUFFIX;
  }

  /** When a letter was replayed last, if it was. */
  public Optional<Instant> time(StoredDeadLetter letter) {
    return Optional.ofNullable(times.get(key(letter)));
  }

  /**
   * Creates the topic of the marks where it is missing.
   *
   * @throws CommandException if Kafka does not allow it
   */
  void create() {
    if (present) {
      return;
    }
    try (Admin admin = Admin.create(kafka.clientProperties())) {
      NewTopic topic =
          new NewTopic(topic(), Optional.of(1), Optional.empty())
              .configs(
                  Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT));
      admin.createTopics(List.of(topic)).all().get();
    } catch (ExecutionException e) {
      throw new CommandException(
          "Cannot mark replayed dead letters: topic %s must exist, or Kafka must let it be created, got %s"
              .formatted(topic(), e.getCause().getMessage()),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandException("Cannot mark replayed dead letters: interrupted", e);
    }
  }

  /** The record that marks a letter. */
  ProducerRecord<byte[], byte[]> mark(StoredDeadLetter letter) {
    return new ProducerRecord<>(
        topic(), key(letter).getBytes(StandardCharsets.UTF_8), new byte[] {1});
  }

  private void add(byte[] key, long timestamp) {
    times.put(new String(key, StandardCharsets.UTF_8), Instant.ofEpochMilli(timestamp));
  }

  private String key(StoredDeadLetter letter) {
    return identity + letter.partition() + "-" + letter.offset();
  }
}
