package io.flanstream.jobs.cli;

import io.flanstream.jobs.pipeline.KafkaSettings;
import io.flanstream.jobs.pipeline.SourceTopics;
import io.flanstream.jobs.terminal.CommandException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.DescribeConsumerGroupsOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What Kafka must allow a command, asked before the command does anything, so that all that is
 * missing is said at once. What Kafka does not tell, the command finds out.
 */
final class KafkaPermissions {
  private static final Logger LOG = LoggerFactory.getLogger(KafkaPermissions.class);
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final String MANUAL = "deploy/docs/acls.md";

  private final String doing;
  private final KafkaSettings kafka;
  private final List<Consumer<Admin>> questions = new ArrayList<>();
  private final List<String> missing = new ArrayList<>();

  private KafkaPermissions(String doing, KafkaSettings kafka) {
    this.doing = doing;
    this.kafka = kafka;
  }

  /** Something that Kafka is asked. */
  @FunctionalInterface
  private interface Question<T> {
    KafkaFuture<T> ask(Admin admin);
  }

  /**
   * Begins a list of permissions.
   *
   * @param doing what needs them, as a message says it: run pipeline
   * @param kafka where
   */
  static KafkaPermissions to(String doing, KafkaSettings kafka) {
    return new KafkaPermissions(doing, kafka);
  }

  /** Reading topics. */
  KafkaPermissions read(Collection<String> topics) {
    questions.add(admin -> topics.forEach(topic -> topic(admin, topic, AclOperation.READ)));
    return this;
  }

  /** Reading topics by name, or those that match a pattern of the topics that are shown. */
  KafkaPermissions read(SourceTopics topics) {
    questions.add(
        admin -> sources(admin, topics).forEach(topic -> topic(admin, topic, AclOperation.READ)));
    return this;
  }

  /** Writing to topics. */
  KafkaPermissions write(Collection<String> topics) {
    questions.add(admin -> topics.forEach(topic -> topic(admin, topic, AclOperation.WRITE)));
    return this;
  }

  /** Committing offsets of a consumer group. */
  KafkaPermissions commit(String group) {
    questions.add(admin -> group(admin, group));
    return this;
  }

  /** Transactions of producers whose ids begin so. */
  KafkaPermissions transactions(String prefix) {
    questions.add(admin -> transactions(admin, prefix));
    return this;
  }

  /**
   * Asks.
   *
   * @throws CommandException if something of it is not allowed
   */
  void check() {
    Properties properties = kafka.clientProperties();
    String patience = String.valueOf(PATIENCE.toMillis());
    properties.setProperty(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, patience);
    properties.setProperty(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, patience);
    try (Admin admin = Admin.create(properties)) {
      questions.forEach(question -> question.accept(admin));
    }
    if (!missing.isEmpty()) {
      throw missing(doing, missing);
    }
  }

  /** The error that says what Kafka must allow. */
  static CommandException missing(String doing, List<String> permissions) {
    return new CommandException(
        "Cannot %s: Kafka must allow %s; %s has the commands"
            .formatted(doing, String.join(", ", permissions), MANUAL));
  }

  private Collection<String> sources(Admin admin, SourceTopics topics) {
    return topics.pattern().isEmpty()
        ? topics.names()
        : ask(admin, AclOperation.DESCRIBE, "topics", client -> client.listTopics().names())
            .map(topics::among)
            .orElse(Set.of());
  }

  private void topic(Admin admin, String topic, AclOperation operation) {
    String what = "topic " + topic;
    ask(
            admin,
            operation,
            what,
            client ->
                client
                    .describeTopics(
                        List.of(topic),
                        new DescribeTopicsOptions().includeAuthorizedOperations(true))
                    .topicNameValues()
                    .get(topic))
        .ifPresent(description -> require(description.authorizedOperations(), operation, what));
  }

  private void group(Admin admin, String group) {
    String what = "consumer group " + group;
    ask(
            admin,
            AclOperation.READ,
            what,
            client ->
                client
                    .describeConsumerGroups(
                        List.of(group),
                        new DescribeConsumerGroupsOptions().includeAuthorizedOperations(true))
                    .describedGroups()
                    .get(group))
        .ifPresent(
            description -> require(description.authorizedOperations(), AclOperation.READ, what));
  }

  /** Only a producer that takes such an id is told; it is one that no job has. */
  private void transactions(Admin admin, String prefix) {
    var unused =
        ask(
            admin,
            AclOperation.WRITE,
            "transactional ids that begin with " + prefix,
            client -> client.fenceProducers(List.of(prefix + "-permissions")).all());
  }

  private <T> Optional<T> ask(
      Admin admin, AclOperation operation, String what, Question<T> question) {
    try {
      return Optional.ofNullable(question.ask(admin).get());
    } catch (ExecutionException e) {
      if (e.getCause() instanceof AuthorizationException) {
        refused(operation, what);
      } else if (!(e.getCause() instanceof GroupIdNotFoundException)) {
        // Whether it is there at all is asked elsewhere.
        LOG.info("Kafka does not say what is allowed on {}", what, e.getCause());
      }
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandException("Cannot ask Kafka: interrupted", e);
    }
  }

  private void require(Set<AclOperation> allowed, AclOperation operation, String what) {
    if (allowed != null && !allowed.contains(operation)) {
      refused(operation, what);
    }
  }

  private void refused(AclOperation operation, String what) {
    String name = operation.name();
    missing.add(name.charAt(0) + name.substring(1).toLowerCase(Locale.ROOT) + " on " + what);
  }
}
