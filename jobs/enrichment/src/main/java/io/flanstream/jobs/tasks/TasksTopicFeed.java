package io.flanstream.jobs.tasks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.flanstream.model.flink.TaskFeed;
import io.flanstream.model.task.ParsedTasks;
import io.flanstream.model.task.TaskParser;
import io.flanstream.model.task.TaskSet;
import io.flanstream.model.task.TaskViolation;
import io.flanstream.operators.ingest.JsonProblem;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows a topic of tasks. A record that is no set of tasks is logged and counted, and the tasks
 * before it stay; a record without a value brings those of the pipeline's file back.
 */
final class TasksTopicFeed implements TaskFeed {
  private static final Logger LOG = LoggerFactory.getLogger(TasksTopicFeed.class);
  private static final Duration POLL = Duration.ofMillis(500);
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private final KafkaConsumer<String, byte[]> consumer;
  private final String topic;
  private final String pipeline;
  private final TaskSet first;
  private final AtomicLong refused = new AtomicLong();
  private final Thread follower;
  private volatile TaskSet current;
  private volatile RuntimeException failure;

  private TasksTopicFeed(
      KafkaConsumer<String, byte[]> consumer, String topic, String pipeline, TaskSet first) {
    this.consumer = consumer;
    this.topic = topic;
    this.pipeline = pipeline;
    this.first = first;
    this.current = first;
    this.follower = new Thread(this::follow, "tasks-of-" + pipeline);
    follower.setDaemon(true);
  }

  /**
   * Reads a topic to its end as it is now, and follows it from there.
   *
   * @param client what Kafka's clients are told
   * @param topic the topic
   * @param pipeline key of the records
   * @param first the tasks until there is a record
   * @throws KafkaException if it cannot be read
   */
  static TasksTopicFeed open(
      Map<String, String> client, String topic, String pipeline, TaskSet first) {
    Map<String, Object> properties = new HashMap<>(client);
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
    properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
    KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(properties, new StringDeserializer(), new ByteArrayDeserializer());
    TasksTopicFeed feed = new TasksTopicFeed(consumer, topic, pipeline, first);
    try {
      feed.readToEnd();
    } catch (RuntimeException e) {
      consumer.close();
      throw e;
    }
    feed.follower.start();
    return feed;
  }

  @Override
  public TaskSet current() {
    if (failure != null) {
      throw new IllegalStateException(
          "Cannot tell the tasks of %s: topic %s cannot be read: %s"
              .formatted(pipeline, topic, failure.getMessage()),
          failure);
    }
    return current;
  }

  @Override
  public long refused() {
    return refused.get();
  }

  @Override
  public void close() {
    consumer.wakeup();
    boolean interrupted = false;
    while (follower.isAlive()) {
      try {
        follower.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void readToEnd() {
    List<PartitionInfo> found = consumer.partitionsFor(topic);
    if (found == null || found.isEmpty()) {
      throw new KafkaException("Cannot read tasks: there is no topic " + topic);
    }
    List<TopicPartition> partitions =
        found.stream().map(info -> new TopicPartition(topic, info.partition())).toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    while (partitions.stream().anyMatch(one -> consumer.position(one) < ends.get(one))) {
      consumer.poll(POLL).forEach(this::take);
    }
    LOG.info("Tasks of {} from topic {}: {}", pipeline, topic, current.version());
  }

  private void follow() {
    try (consumer) {
      while (true) {
        consumer.poll(POLL).forEach(this::take);
      }
    } catch (WakeupException e) {
      LOG.debug("Topic {} is followed no more", topic);
    } catch (RuntimeException e) {
      LOG.error("Topic {} cannot be followed", topic, e);
      failure = e;
    }
  }

  private void take(ConsumerRecord<String, byte[]> record) {
    if (!pipeline.equals(record.key())) {
      return;
    }
    if (record.value() == null) {
      current = first;
      return;
    }
    ParsedTasks parsed = parsed(record.value());
    parsed.tasks().ifPresent(tasks -> current = tasks);
    if (parsed.tasks().isEmpty()) {
      refused.incrementAndGet();
      LOG.error(
          "Tasks of {} at {}-{} offset {} are refused; those before them stay: {}",
          pipeline,
          topic,
          record.partition(),
          record.offset(),
          parsed.faults().stream().map(TaskViolation::message).collect(Collectors.joining("; ")));
    }
  }

  private static ParsedTasks parsed(byte[] value) {
    String text = new String(value, StandardCharsets.UTF_8);
    try {
      return TaskParser.parse(MAPPER.readTree(text), "tasks");
    } catch (JsonProcessingException e) {
      return new ParsedTasks(
          Optional.empty(),
          List.of(new TaskViolation("tasks", "must be JSON", JsonProblem.text(e))));
    }
  }
}
