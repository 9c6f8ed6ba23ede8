package io.flanstream.jobs.state;

import io.flanstream.jobs.kafka.TopicIds;
import io.flanstream.jobs.pipeline.KafkaSettings;
import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.pipeline.SourceTopics;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;

/**
 * Which pipeline on which Kafka a state is of: its name, consumer group and source topics.
 *
 * @param name name of the pipeline
 * @param kafka id of the Kafka cluster; its brokers where that is not known
 * @param group consumer group
 * @param topic source topic; an asterisk for several, which may come and go
 * @param topicId ids of the topics, as {@link TopicIds} writes them; a topic of the same name that
 *     is created later has another; empty where they are not known
 */
public record PipelineIdentity(
    String name, String kafka, String group, String topic, String topicId) {
  private static final String PATIENCE_MILLIS = "10000";
  private static final int HASH_DIGITS = 12;

  /** The identity of a pipeline, for which its Kafka is asked. */
  public static PipelineIdentity of(Pipeline pipeline) {
    return of(
        pipeline.name(), pipeline.kafka(), pipeline.kafka().groupId(), pipeline.source().topics());
  }

  /** The identity of a job that reads topics, for which its Kafka is asked. */
  public static PipelineIdentity of(
      String name, KafkaSettings kafka, String group, SourceTopics topics) {
    Properties client = kafka.clientProperties();
    client.setProperty(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, PATIENCE_MILLIS);
    client.setProperty(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, PATIENCE_MILLIS);
    try (Admin admin = Admin.create(client)) {
      return new PipelineIdentity(
          name,
          admin.describeCluster().clusterId().get(),
          group,
          topics.identity(),
          TopicIds.ask(admin, topics).text());
    } catch (ExecutionException e) {
      throw new KafkaException("Cannot ask Kafka which cluster it is: " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("Cannot ask Kafka which cluster it is: interrupted", e);
    }
  }

  /** The identity of a pipeline whose Kafka cannot be asked. */
  public static PipelineIdentity unasked(Pipeline pipeline) {
    return new PipelineIdentity(
        pipeline.name(),
        pipeline.kafka().bootstrapServers(),
        pipeline.kafka().groupId(),
        pipeline.source().topics().identity(),
        "");
  }

  /** Name of the directory of its state. */
  public String directory() {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest(String.join("\n", kafka, group, topic).getBytes(StandardCharsets.UTF_8));
      return "%s-%s".formatted(name, HexFormat.of().formatHex(hash).substring(0, HASH_DIGITS));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
