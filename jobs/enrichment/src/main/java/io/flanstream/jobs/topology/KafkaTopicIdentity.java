package io.flanstream.jobs.topology;

import io.flanstream.jobs.kafka.TopicIds;
import io.flanstream.jobs.pipeline.SourceTopics;
import io.flanstream.operators.ingest.TopicIdentity;
import java.time.Duration;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ids that Kafka gives topics when they are made.
 *
 * @param client what Kafka's clients are told
 * @param topics the topics
 */
record KafkaTopicIdentity(Properties client, SourceTopics topics) implements TopicIdentity {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(KafkaTopicIdentity.class);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  @Override
  public Set<String> ask() {
    Properties settings = new Properties();
    settings.putAll(client);
    String patience = String.valueOf(PATIENCE.toMillis());
    settings.setProperty(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, patience);
    settings.setProperty(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, patience);
    try (Admin admin = Admin.create(settings)) {
      return TopicIds.ask(admin, topics).written();
    } catch (ExecutionException | KafkaException e) {
      LOG.info("Kafka does not say which topic it is: {}", topics.text(), e);
      return Set.of();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Set.of();
    }
  }
}
