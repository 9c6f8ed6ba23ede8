package io.flanstream.jobs.offsets;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** Commits offsets for a consumer group without members. */
final class GroupOffsets implements AutoCloseable {
  /** How long a commit is tried. */
  static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Admin admin;
  private final String group;

  GroupOffsets(Properties client, String group) {
    Properties properties = new Properties();
    properties.putAll(client);
    properties.setProperty(AdminClientConfig.CLIENT_ID_CONFIG, group + "-offsets");
    properties.setProperty(
        AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, Long.toString(PATIENCE.toMillis()));
    this.admin = Admin.create(properties);
    this.group = group;
  }

  /** Commits, without waiting. */
  CompletionStage<Void> commit(Map<TopicPartition, Long> byPartition) {
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    byPartition.forEach(
        (partition, offset) -> offsets.put(partition, new OffsetAndMetadata(offset)));
    return admin.alterConsumerGroupOffsets(group, offsets).all().toCompletionStage();
  }

  @Override
  public void close() {
    admin.close(Duration.ZERO);
  }
}
