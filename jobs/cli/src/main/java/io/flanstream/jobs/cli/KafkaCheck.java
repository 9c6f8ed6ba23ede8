package io.flanstream.jobs.cli;

import io.flanstream.jobs.client.RootCause;
import io.flanstream.jobs.kafka.BrokerSettings;
import io.flanstream.jobs.pipeline.KafkaSettings;
import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.pipeline.SinkOptions;
import io.flanstream.jobs.pipeline.SinkSettings;
import io.flanstream.jobs.pipeline.SourceTopics;
import io.flanstream.jobs.terminal.CommandException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.flink.util.TimeUtils;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks Kafka before a job does, so that a wrong address is said at once and clearly. */
final class KafkaCheck {
  private static final Logger LOG = LoggerFactory.getLogger(KafkaCheck.class);
  private static final String LONGEST_TRANSACTION = "transaction.max.timeout.ms";
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private KafkaCheck() {}

  /** Waits for an answer, but not for long. */
  static void reach(KafkaSettings kafka) {
    ask(kafka, admin -> admin.listTopics().names().get());
  }

  /**
   * Checks that a pipeline's topics are there.
   *
   * @param pipeline the pipeline
   * @param create whether to create an output topic that is missing, with the partitions of the
   *     source topic that has the most
   */
  static void topics(Pipeline pipeline, boolean create) {
    KafkaSettings kafka = pipeline.kafka();
    Set<String> present = ask(kafka, admin -> admin.listTopics().names().get());
    SourceTopics topics = pipeline.source().topics();
    List<String> unread =
        topics.names().stream().filter(topic -> !present.contains(topic)).toList();
    if (!unread.isEmpty()) {
      throw missing(unread, kafka, "");
    }
    Set<String> sources = topics.among(present);
    if (sources.isEmpty()) {
      throw missing(List.of("that source.topic-pattern matches: " + topics.text()), kafka, "");
    }
    List<String> missing =
        outputs(pipeline).stream().filter(topic -> !present.contains(topic)).toList();
    if (!missing.isEmpty() && !create) {
      throw missing(missing, kafka, "; --create-topics creates it");
    }
    ask(kafka, admin -> create(admin, missing, sources));
    pipeline
        .tasksTopic()
        .filter(topic -> !present.contains(topic))
        .ifPresent(topic -> createTasksTopic(kafka, topic, create));
  }

  private static List<String> outputs(Pipeline pipeline) {
    return Stream.concat(
            pipeline.sink().topics().stream(), Stream.of(pipeline.deadLetters().topic()))
        .toList();
  }

  /** Checks that a pipeline's topic of tasks is there. */
  static void tasksTopic(Pipeline pipeline) {
    Set<String> present = ask(pipeline.kafka(), admin -> admin.listTopics().names().get());
    String topic = pipeline.tasksTopic().orElseThrow();
    if (!present.contains(topic)) {
      throw missing(
          List.of(topic), pipeline.kafka(), "; flanstream run --create-topics creates it");
    }
  }

  private static void createTasksTopic(KafkaSettings kafka, String topic, boolean create) {
    if (!create) {
      throw missing(List.of(topic), kafka, "; --create-topics creates it");
    }
    ask(
        kafka,
        admin ->
            create(
                admin,
                List.of(
                    new NewTopic(topic, Optional.of(1), Optional.empty())
                        .configs(
                            Map.of(
                                TopicConfig.CLEANUP_POLICY_CONFIG,
                                TopicConfig.CLEANUP_POLICY_COMPACT)))));
  }

  /** Checks that the broker takes the pipeline's transactions; the sinks would fail for ever. */
  static void transactions(Pipeline pipeline) {
    Duration wanted = pipeline.sink().transactionTimeout();
    Duration most = ask(pipeline.kafka(), KafkaCheck::longestTransaction);
    if (wanted.compareTo(most) > 0) {
      throw new CommandException(
          "Cannot run pipeline: %s must be at most %s, the %s of Kafka at %s, got %s"
              .formatted(
                  SinkOptions.TRANSACTION_TIMEOUT.key(),
                  TimeUtils.formatWithHighestUnit(most),
                  LONGEST_TRANSACTION,
                  pipeline.kafka().bootstrapServers(),
                  TimeUtils.formatWithHighestUnit(wanted)));
    }
  }

  private static Duration longestTransaction(Admin admin)
      throws ExecutionException, InterruptedException {
    OptionalLong most = BrokerSettings.ofBroker(admin, LONGEST_TRANSACTION);
    if (most.isEmpty()) {
      LOG.warn("Kafka does not say what its {} is; the sinks will find out", LONGEST_TRANSACTION);
    }
    return Duration.ofMillis(most.orElse(Long.MAX_VALUE));
  }

  /**
   * Checks how large a record the output topics take.
   *
   * @return what to tell whoever starts the pipeline, a line for each topic that takes less than
   *     the pipeline would write
   */
  static List<String> recordSizes(Pipeline pipeline) {
    List<String> said = new ArrayList<>();
    for (String topic : outputs(pipeline)) {
      OptionalLong takes =
          ask(pipeline.kafka(), admin -> BrokerSettings.maxMessageBytes(admin, topic));
      if (takes.isEmpty()) {
        LOG.warn("Kafka does not say how large a record topic {} takes", topic);
      } else if (takes.getAsLong() < SinkSettings.LEAST_RECORD_BYTES) {
        throw new CommandException(
            "Cannot run pipeline: %s of topic %s must be at least %s, got %s"
                .formatted(
                    TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                    topic,
                    SinkSettings.LEAST_RECORD_BYTES,
                    takes.getAsLong()));
      } else if (takes.getAsLong() < pipeline.sink().maxRecordBytes()) {
        said.add(
            "Topic %s takes records of at most %s bytes, less than %s, %s: %s"
                .formatted(
                    topic,
                    takes.getAsLong(),
                    SinkOptions.MAX_RECORD_SIZE.key(),
                    pipeline.sink().maxRecordBytes(),
                    topic.equals(pipeline.deadLetters().topic())
                        ? "dead letters are cut to fit"
                        : "what comes out larger is a dead letter"));
      }
    }
    return said;
  }

  private static Void create(Admin admin, List<String> topics, Set<String> like)
      throws ExecutionException, InterruptedException {
    if (!topics.isEmpty()) {
      Map<String, TopicDescription> described = admin.describeTopics(like).allTopicNames().get();
      Optional<Integer> partitions =
          described.values().stream().map(topic -> topic.partitions().size()).max(Integer::compare);
      create(
          admin,
          topics.stream().map(topic -> new NewTopic(topic, partitions, Optional.empty())).toList());
    }
    return null;
  }

  private static Void create(Admin admin, List<NewTopic> topics)
      throws ExecutionException, InterruptedException {
    List<String> refused = new ArrayList<>();
    for (Map.Entry<String, KafkaFuture<Void>> created :
        admin.createTopics(topics).values().entrySet()) {
      try {
        created.getValue().get();
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof AuthorizationException)) {
          throw e;
        }
        refused.add("Create on topic " + created.getKey());
      }
    }
    if (!refused.isEmpty()) {
      throw KafkaPermissions.missing("create topics", refused);
    }
    return null;
  }

  private static CommandException missing(List<String> topics, KafkaSettings kafka, String remedy) {
    return new CommandException(
        "Cannot run pipeline: Kafka at %s has no topic %s%s"
            .formatted(kafka.bootstrapServers(), String.join(", ", topics), remedy));
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
