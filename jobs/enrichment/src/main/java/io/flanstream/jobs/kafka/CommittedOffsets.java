package io.flanstream.jobs.kafka;

import io.flanstream.jobs.pipeline.Pipeline;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;

/** Offsets that a pipeline's consumer group has committed. */
public final class CommittedOffsets {
  private CommittedOffsets() {}

  /**
   * Those of its source topic, by partition.
   *
   * @throws TopicException if Kafka cannot be asked
   */
  public static Map<Integer, Long> committed(Pipeline pipeline) {
    Map<Integer, Long> offsets = new HashMap<>();
    try (Admin admin = Admin.create(pipeline.kafka().clientProperties())) {
      admin
          .listConsumerGroupOffsets(pipeline.kafka().groupId())
          .partitionsToOffsetAndMetadata()
          .get()
          .forEach(
              (partition, offset) -> {
                if (offset != null && partition.topic().equals(pipeline.source().topic())) {
                  offsets.put(partition.partition(), offset.offset());
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
