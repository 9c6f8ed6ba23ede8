package io.flanstream.jobs.kafka;

import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.pipeline.SourceTopics;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;

/** Offsets that a pipeline's consumer group has committed. */
public final class CommittedOffsets {
  private CommittedOffsets() {}

  /**
   * Those of its source topics, by partition: see {@link SourceTopics#name}.
   *
   * @throws TopicException if Kafka cannot be asked
   */
  public static Map<String, Long> committed(Pipeline pipeline) {
    SourceTopics topics = pipeline.source().topics();
    Map<String, Long> offsets = new HashMap<>();
    try (Admin admin = Admin.create(pipeline.kafka().clientProperties())) {
      admin
          .listConsumerGroupOffsets(pipeline.kafka().groupId())
          .partitionsToOffsetAndMetadata()
          .get()
          .forEach(
              (partition, offset) -> {
                if (offset != null && topics.matches(partition.topic())) {
                  offsets.put(topics.name(partition), offset.offset());
                }
              });
      return offsets;
    } catch (ExecutionException e) {
      throw new TopicException(
          "Cannot ask Kafka for the offsets of group %s: %s"
              .formatted(pipeline.kafka().groupId(), e.getCause().getMessage()),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TopicException("Cannot ask Kafka: interrupted", e);
    }
  }
}
