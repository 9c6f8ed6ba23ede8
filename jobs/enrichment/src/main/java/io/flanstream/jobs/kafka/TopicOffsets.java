package io.flanstream.jobs.kafka;

import io.flanstream.jobs.pipeline.KafkaSettings;
import io.flanstream.jobs.pipeline.Position;
import io.flanstream.jobs.pipeline.SourceTopics;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;

/**
 * Offsets of topics as they are now.
 *
 * @param kafka which Kafka
 * @param topics the topics
 */
public record TopicOffsets(KafkaSettings kafka, SourceTopics topics) {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /**
   * What a position is now, in each partition.
   *
   * @param position the latest offset, a time, or offsets, which are given back
   */
  public Position.Offsets resolved(Position position) {
    if (position instanceof Position.Offsets offsets) {
      return offsets;
    }
    try (Admin admin = Admin.create(client())) {
      Map<String, Long> ends = list(admin, OffsetSpec.latest());
      if (position instanceof Position.Time at) {
        Map<String, Long> from = list(admin, OffsetSpec.forTimestamp(at.time().toEpochMilli()));
        // Where no record is as late, it is the end.
        from.forEach((partition, offset) -> ends.merge(partition, offset, TopicOffsets::known));
      }
      return new Position.Offsets(ends);
    } catch (ExecutionException e) {
      throw new TopicException(
          "Cannot ask Kafka at %s for the offsets of %s: %s"
              .formatted(kafka.bootstrapServers(), said(), e.getCause().getMessage()),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TopicException("Cannot ask Kafka: interrupted", e);
    }
  }

  private Properties client() {
    Properties client = kafka.clientProperties();
    client.setProperty(
        AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, Long.toString(PATIENCE.toMillis()));
    return client;
  }

  private Map<String, Long> list(Admin admin, OffsetSpec which)
      throws ExecutionException, InterruptedException {
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    for (TopicDescription topic : TopicIds.described(admin, topics)) {
      for (TopicPartitionInfo info : topic.partitions()) {
        asked.put(new TopicPartition(topic.name(), info.partition()), which);
      }
    }
    Map<String, Long> offsets = new HashMap<>();
    for (Map.Entry<TopicPartition, ListOffsetsResultInfo> found :
        admin.listOffsets(asked).all().get().entrySet()) {
      offsets.put(topics.name(found.getKey()), found.getValue().offset());
    }
    return offsets;
  }

  private String said() {
    return topics.pattern().isPresent() ? topics.text() : "topic " + topics.text();
  }

  private static long known(long end, long offset) {
    return offset < 0 ? end : offset;
  }
}
