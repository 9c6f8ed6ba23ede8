package io.flanstream.jobs.cli;

import io.flanstream.jobs.client.RootCause;
import io.flanstream.jobs.kafka.KafkaRequirements;
import io.flanstream.jobs.pipeline.KafkaSettings;
import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.terminal.CommandException;
import io.flanstream.jobs.terminal.StandardStreams;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;

/** Asks Kafka before a job does, so that a wrong address is said at once and clearly. */
final class KafkaCheck {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private KafkaCheck() {}

  /** Waits for an answer, but not for long. */
  static void reach(KafkaSettings kafka) {
    ask(kafka, admin -> admin.listTopics().names().get());
  }

  /** Checks that a pipeline's topics are there, as {@link KafkaRequirements#topics} does. */
  static void topics(Pipeline pipeline, boolean create) {
    ask(
        pipeline.kafka(),
        admin -> {
          KafkaRequirements.topics(admin, pipeline, create, StandardStreams.errorWriter()::println);
          return null;
        });
  }

  /** Checks that a pipeline's topic of tasks is there. */
  static void tasksTopic(Pipeline pipeline) {
    Set<String> present = ask(pipeline.kafka(), admin -> admin.listTopics().names().get());
    String topic = pipeline.tasksTopic().orElseThrow();
    if (!present.contains(topic)) {
      throw new CommandException(
          "Cannot run pipeline: Kafka at %s has no topic %s; flanstream run --create-topics creates it"
              .formatted(pipeline.kafka().bootstrapServers(), topic));
    }
  }

  /** Checks that the broker takes the pipeline's transactions. */
  static void transactions(Pipeline pipeline) {
    ask(
        pipeline.kafka(),
        admin -> {
          KafkaRequirements.transactions(admin, pipeline);
          return null;
        });
  }

  /** What there is to say about how large a record the output topics take. */
  static List<String> recordSizes(Pipeline pipeline) {
    return ask(pipeline.kafka(), admin -> KafkaRequirements.recordSizes(admin, pipeline));
  }

  /** A question to Kafka. */
  @FunctionalInterface
  private interface Question<T> {
    T ask(Admin admin) throws ExecutionException, InterruptedException;
  }

  private static <T> T ask(KafkaSettings kafka, Question<T> question) {
    Properties properties = kafka.clientProperties();
    String patience = String.valueOf(PATIENCE.toMillis());
    properties.setProperty(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, patience);
    properties.setProperty(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, patience);
    try (Admin admin = Admin.create(properties)) {
      return question.ask(admin);
    } catch (ExecutionException e) {
      throw new CommandException(
          "Cannot ask Kafka at %s: %s".formatted(kafka.bootstrapServers(), reason(e.getCause())),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandException("Cannot ask Kafka: interrupted", e);
    } catch (ConfigException e) {
      throw new CommandException("Cannot ask Kafka: " + e.getMessage(), e);
    } catch (KafkaException e) {
      throw new CommandException(
          "Cannot ask Kafka at %s: %s"
              .formatted(kafka.bootstrapServers(), reason(e.getCause() == null ? e : e.getCause())),
          e);
    }
  }

  /** What Kafka's client says, and what it was told: a failed handshake has its reason below. */
  private static String reason(Throwable failure) {
    String said = FailureHandler.message(failure);
    String root = FailureHandler.message(RootCause.of(failure));
    return said.contains(root) ? said : said + ": " + root;
  }
}
