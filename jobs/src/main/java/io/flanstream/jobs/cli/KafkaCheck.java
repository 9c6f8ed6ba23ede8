package io.flanstream.jobs.cli;

import io.flanstream.jobs.pipeline.KafkaSettings;
import io.flanstream.jobs.terminal.CommandException;
import java.time.Duration;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;

/** Asks Kafka before a job does, so that a wrong address is said at once and clearly. */
final class KafkaCheck {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private KafkaCheck() {}

  /** Names of the topics. */
  static Set<String> reach(KafkaSettings kafka) {
    Properties properties = kafka.clientProperties();
    String patience = String.valueOf(PATIENCE.toMillis());
    properties.setProperty(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, patience);
    properties.setProperty(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, patience);
    try (Admin admin = Admin.create(properties)) {
      return admin.listTopics().names().get();
    } catch (ExecutionException e) {
      throw new CommandException(
          "Cannot reach Kafka at %s: %s"
              .formatted(kafka.bootstrapServers(), FailureHandler.message(e.getCause())),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandException("Cannot reach Kafka: interrupted", e);
    }
  }
}
