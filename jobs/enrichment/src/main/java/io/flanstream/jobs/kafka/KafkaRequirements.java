package io.flanstream.jobs.kafka;

import io.flanstream.jobs.pipeline.KafkaSettings;
import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.pipeline.SinkOptions;
import io.flanstream.jobs.pipeline.SinkSettings;
import io.flanstream.jobs.pipeline.SourceTopics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.flink.util.TimeUtils;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.CreateTopicsResult;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What Kafka must have for a pipeline: its topics, long enough transactions, large enough records.
 * A job that starts without them restarts for ever, so this is asked before.
 */
public final class KafkaRequirements {
  private static final Logger LOG = LoggerFactory.getLogger(KafkaRequirements.class);
  private static final String LONGEST_TRANSACTION = "transaction.max.timeout.ms";
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String REMEDY = "; --create-topics creates it";

  private KafkaRequirements() {}

  /**
   * Checks all of them.
   *
   * @param createTopics as for {@link #topics}
   * @param says as for {@link #topics}
   * @return what to tell whoever starts the pipeline
   * @throws TopicException if Kafka does not answer, or does not have what the pipeline needs
   */
  public static List<String> check(Pipeline pipeline, boolean createTopics, Consumer<String> says) {
    KafkaSettings kafka = pipeline.kafka();
    Properties client = kafka.clientProperties();
    client.setProperty(
        AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, Long.toString(PATIENCE.toMillis()));
    try (Admin admin = Admin.create(client)) {
      topics(admin, pipeline, createTopics, says);
      transactions(admin, pipeline);
      return recordSizes(admin, pipeline);
    } catch (ExecutionException e) {
      throw new TopicException(
          "Cannot ask Kafka at %s: %s"
              .formatted(kafka.bootstrapServers(), e.getCause().getMessage()),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TopicException("Cannot ask Kafka: interrupted", e);
    }
  }

  /**
   * Checks that a pipeline's topics are there.
   *
   * @param create whether to create what is missing of the output topics, with the partitions of
   *     the source topic that has the most, and the topic of tasks
   * @param says is told what will be created, before it is
   * @throws TopicException if there is none, or none may be created
   * @throws ExecutionException if Kafka does not answer
   */
  public static void topics(Admin admin, Pipeline pipeline, boolean create, Consumer<String> says)
      throws ExecutionException, InterruptedException {
    KafkaSettings kafka = pipeline.kafka();
    Set<String> present = admin.listTopics().names().get();
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
    if (!missing.isEmpty()) {
      if (!create) {
        throw missing(missing, kafka, REMEDY);
      }
      create(admin, missing, sources, says);
    }
    Optional<String> tasks = pipeline.tasksTopic().filter(topic -> !present.contains(topic));
    if (tasks.isPresent()) {
      if (!create) {
        throw missing(List.of(tasks.get()), kafka, REMEDY);
      }
      createCompacted(admin, tasks.get(), says);
    }
  }

  /**
   * Checks that the broker takes the pipeline's transactions; the sinks would fail for ever.
   *
   * @throws TopicException if it does not
   * @throws ExecutionException if Kafka does not answer
   */
  public static void transactions(Admin admin, Pipeline pipeline)
      throws ExecutionException, InterruptedException {
    Duration wanted = pipeline.sink().transactionTimeout();
    OptionalLong most = BrokerSettings.ofBroker(admin, LONGEST_TRANSACTION);
    if (most.isEmpty()) {
      LOG.warn("Kafka does not say what its {} is; the sinks will find out", LONGEST_TRANSACTION);
    } else if (wanted.toMillis() > most.getAsLong()) {
      throw new TopicException(
          "Cannot run pipeline: %s must be at most %s, the %s of Kafka at %s, got %s"
              .formatted(
                  SinkOptions.TRANSACTION_TIMEOUT.key(),
                  TimeUtils.formatWithHighestUnit(Duration.ofMillis(most.getAsLong())),
                  LONGEST_TRANSACTION,
                  pipeline.kafka().bootstrapServers(),
                  TimeUtils.formatWithHighestUnit(wanted)));
    }
  }

  /**
   * Checks how large a record the output topics take.
   *
   * @return what to tell whoever starts the pipeline, a line for each topic that takes less than
   *     the pipeline would write
   * @throws TopicException if one takes too little for any record
   * @throws ExecutionException if Kafka does not answer
   */
  public static List<String> recordSizes(Admin admin, Pipeline pipeline)
      throws ExecutionException, InterruptedException {
    List<String> said = new ArrayList<>();
    for (String topic : outputs(pipeline)) {
      OptionalLong takes = BrokerSettings.maxMessageBytes(admin, topic);
      if (takes.isEmpty()) {
        LOG.warn("Kafka does not say how large a record topic {} takes", topic);
      } else if (takes.getAsLong() < SinkSettings.LEAST_RECORD_BYTES) {
        throw new TopicException(
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

  private static List<String> outputs(Pipeline pipeline) {
    return Stream.concat(
            pipeline.sink().topics().stream(), Stream.of(pipeline.deadLetters().topic()))
        .toList();
  }

  private static void create(
      Admin admin, List<String> topics, Set<String> like, Consumer<String> says)
      throws ExecutionException, InterruptedException {
    Map<String, TopicDescription> described = admin.describeTopics(like).allTopicNames().get();
    Optional<Integer> partitions =
        described.values().stream().map(topic -> topic.partitions().size()).max(Integer::compare);
    create(
        admin,
        topics.stream().map(topic -> new NewTopic(topic, partitions, Optional.empty())).toList(),
        says);
  }

  private static void createCompacted(Admin admin, String topic, Consumer<String> says)
      throws ExecutionException, InterruptedException {
    create(
        admin,
        List.of(
            new NewTopic(topic, Optional.of(1), Optional.empty())
                .configs(
                    Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT))),
        says);
  }

  private static void create(Admin admin, List<NewTopic> topics, Consumer<String> says)
      throws ExecutionException, InterruptedException {
    CreateTopicsResult tried =
        admin.createTopics(topics, new CreateTopicsOptions().validateOnly(true));
    for (NewTopic topic : topics) {
      says.accept(
          "Creating topic %s: partitions %s, replication %s%s"
              .formatted(
                  topic.name(),
                  topic.numPartitions(),
                  replication(tried, topic.name()),
                  topic.configs() == null ? "" : ", compacted"));
    }
    List<String> refused = new ArrayList<>();
    for (Map.Entry<String, KafkaFuture<Void>> created :
        admin.createTopics(topics).values().entrySet()) {
      try {
        created.getValue().get();
      } catch (ExecutionException e) {
        if (e.getCause() instanceof TopicExistsException) {
          // Somebody else has created it in the meantime.
          continue;
        }
        if (!(e.getCause() instanceof AuthorizationException)) {
          throw e;
        }
        refused.add("Create on topic " + created.getKey());
      }
    }
    if (!refused.isEmpty()) {
      throw new TopicException(
          "Cannot create topics: Kafka must allow %s; deploy/docs/acls.md has the commands"
              .formatted(String.join(", ", refused)));
    }
  }

  /** What Kafka would take, unless it tells nobody. */
  private static String replication(CreateTopicsResult tried, String topic)
      throws InterruptedException {
    try {
      return String.valueOf(tried.replicationFactor(topic).get());
    } catch (ExecutionException e) {
      LOG.debug("Kafka does not say how topic {} would be replicated", topic, e);
      return "as the broker has it";
    }
  }

  private static TopicException missing(List<String> topics, KafkaSettings kafka, String remedy) {
    return new TopicException(
        "Cannot run pipeline: Kafka at %s has no topic %s%s"
            .formatted(kafka.bootstrapServers(), String.join(", ", topics), remedy));
  }
}
