package io.flanstream.jobs.cli;

import io.flanstream.jobs.pipeline.KafkaSettings;
import io.flanstream.jobs.pipeline.Pipeline;
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
   * Checks what {@code flanstream run} needs.
   *
   * @throws CommandException if something of it is not allowed
   */
  static void ofRun(Pipeline pipeline) {
    KafkaPermissions permissions = new KafkaPermissions("run pipeline", pipeline.kafka());
    permissions.check(
        admin -> {
          permissions
              .sources(admin, pipeline.source().topics())
              .forEach(topic -> permissions.topic(admin, topic, AclOperation.READ));
          permissions.topic(admin, pipeline.sink().topic(), AclOperation.WRITE);
          permissions.topic(admin, pipeline.deadLetters().topic(), AclOperation.WRITE);
          pipeline
              .tasksTopic()
              .ifPresent(topic -> permissions.topic(admin, topic, AclOperation.READ));
          permissions.group(admin, pipeline.kafka().groupId());
          permissions.transactions(admin, pipeline.sink().transactionalIdPrefix());
        });
  }

  /**
   * Checks what reading a topic without a consumer group needs.
   *
   * @throws CommandException if it is not allowed
   */
  static void ofReading(String doing, KafkaSettings kafka, String topic) {
    KafkaPermissions permissions = new KafkaPermissions(doing, kafka);
    permissions.check(admin -> permissions.topic(admin, topic, AclOperation.READ));
  }

  /**
   * Checks what writing to a topic needs.
   *
   * @throws CommandException if it is not allowed
   */
  static void ofWriting(String doing, KafkaSettings kafka, String topic) {
    KafkaPermissions permissions = new KafkaPermissions(doing, kafka);
    permissions.check(admin -> permissions.topic(admin, topic, AclOperation.WRITE));
  }

  private void check(Consumer<Admin> questions) {
    Properties properties = kafka.clientProperties();
    String patience = String.valueOf(PATIENCE.toMillis());
    properties.setProperty(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, patience);
    properties.setProperty(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, patience);
    try (Admin admin = Admin.create(properties)) {
      questions.accept(admin);
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

  /** Topics by name, or those that match a pattern of the topics that are shown. */
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
