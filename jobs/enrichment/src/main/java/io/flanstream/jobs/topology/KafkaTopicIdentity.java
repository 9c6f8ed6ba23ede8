package io.flanstream.jobs.topology;

import io.flanstream.operators.ingest.TopicIdentity;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Uuid;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The id that Kafka gives a topic when it is made.
 *
 * @param client what Kafka's clients are told
 * @param topic the topic
 */
record KafkaTopicIdentity(Properties client, String topic) implements TopicIdentity {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(KafkaTopicIdentity.class);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  @Override
  public Optional<String> ask() {
    Properties settings = new Properties();
    settings.putAll(client);
    String patience = String.valueOf(PATIENCE.toMillis());
    settings.setProperty(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, patience);
    settings.setProperty(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, patience);
    try (Admin admin = Admin.create(settings)) {
      Uuid id = admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic).topicId();
      return id == null || id.equals(Uuid.ZERO_UUID)
          ? Optional.empty()
          : Optional.of(id.toString());
    } catch (ExecutionException | KafkaException e) {
      LOG.info("Kafka does not say which topic {} is", topic, e);
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
