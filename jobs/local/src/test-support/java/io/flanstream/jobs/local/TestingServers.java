package io.flanstream.jobs.local;

import io.flanstream.jobs.broker.EmbeddedKafka;
import io.flanstream.jobs.client.ClusterClient;
import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.pipeline.PipelineFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.MetricOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.runtime.client.JobStatusMessage;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A Kafka and a Flink for all classes of this JVM that need one and no more. Each starts when it is
 * first asked for, and ends with the JVM. No class finds topics, groups or jobs of another.
 */
public final class TestingServers implements BeforeAllCallback, AfterAllCallback {
  /** A query that was left may hold its slots for a moment. */
  private static final int SLOTS = 4;

  private static final List<String> USUAL =
      List.of(
          "source: { topic: messages }",
          "model: { path: none }",
          "tasks: [ { name: intent, type: classification, labels: [refund, other] },"
              + " { name: details, type: extraction, fields: [amount, date] } ]",
          "sink: { topic: enriched }",
          "dead-letters: { topic: dead-letters }");

  private Running running;

  @Override
  public void beforeAll(ExtensionContext context) {
    running =
        context
            .getRoot()
            .getStore(ExtensionContext.Namespace.GLOBAL)
            .getOrComputeIfAbsent(Running.class, type -> new Running(), Running.class);
  }

  @Override
  public void afterAll(ExtensionContext context)
      throws ExecutionException, InterruptedException, IOException {
    clear();
  }

  /** Ends all jobs, and deletes all topics and groups, as happens after each class. */
  public void clear() throws ExecutionException, InterruptedException, IOException {
    running.clear();
  }

  /** The Kafka. */
  public EmbeddedKafka kafka() {
    try {
      return running.kafka();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes to the Kafka; to be closed by the caller. */
  public KafkaProducer<byte[], byte[]> producer() {
    return new KafkaProducer<>(
        Map.of("bootstrap.servers", kafka().bootstrapServers()),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  /** What a client must be told to send jobs to the Flink. */
  public Configuration flink() {
    try {
      return running.flink().client();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A pipeline over the Kafka.
   *
   * @param name its name
   * @param members top-level members of its file, each as {@code name: value}; those that must be
   *     there and are not are usual ones
   */
  public Pipeline pipeline(String name, String... members) {
    List<String> lines = new ArrayList<>();
    lines.add("name: " + name);
    lines.add("kafka: { bootstrap-servers: \"%s\" }".formatted(kafka().bootstrapServers()));
    USUAL.stream()
        .filter(usual -> Arrays.stream(members).noneMatch(own -> key(own).equals(key(usual))))
        .forEach(lines::add);
    lines.addAll(List.of(members));
    return PipelineFile.parse(String.join("\n", lines), "test", Path.of(""));
  }

  private static String key(String member) {
    return member.substring(0, Math.max(0, member.indexOf(':')));
  }

  /** What has started. */
  private static final class Running implements AutoCloseable {
    private EmbeddedKafka kafka;
    private EmbeddedFlink flink;

    EmbeddedKafka kafka() throws IOException {
      if (kafka == null) {
        // Tests write records of long ago, which it would delete in time.
        kafka = EmbeddedKafka.start(Map.of("log.retention.ms", "-1"));
      }
      return kafka;
    }

    EmbeddedFlink flink() throws IOException {
      if (flink == null) {
        Configuration settings = new Configuration();
        settings.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(768));
        settings.set(MetricOptions.METRIC_FETCHER_UPDATE_INTERVAL, Duration.ofMillis(100));
        flink = EmbeddedFlink.start(SLOTS, settings);
      }
      return flink;
    }

    void clear() throws ExecutionException, InterruptedException, IOException {
      if (flink != null) {
        try (ClusterClient cluster = ClusterClient.of(flink.client())) {
          for (JobStatusMessage job : running(cluster)) {
            cancel(cluster, job);
          }
        }
      }
      if (kafka != null) {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
          delete(admin.deleteTopics(admin.listTopics().names().get()).topicNameValues());
          List<String> groups =
              admin.listGroups().all().get().stream().map(GroupListing::groupId).toList();
          delete(admin.deleteConsumerGroups(groups).deletedGroups());
        }
      }
    }

    private static List<JobStatusMessage> running(ClusterClient cluster) throws IOException {
      return cluster.jobs().stream()
          .filter(job -> !job.getJobState().isGloballyTerminalState())
          .toList();
    }

    /** What was deleted a moment ago may still be listed. */
    private static void delete(Map<String, KafkaFuture<Void>> deletions)
        throws ExecutionException, InterruptedException {
      for (KafkaFuture<Void> deletion : deletions.values()) {
        try {
          deletion.get();
        } catch (ExecutionException e) {
          if (!(e.getCause() instanceof UnknownTopicOrPartitionException)
              && !(e.getCause() instanceof GroupIdNotFoundException)) {
            throw e;
          }
        }
      }
    }

    /** One that ends by itself in between cannot be cancelled, and need not be. */
    private static void cancel(ClusterClient cluster, JobStatusMessage job) throws IOException {
      try {
        cluster.cancel(job.getJobId());
      } catch (IOException e) {
        if (running(cluster).stream().anyMatch(one -> one.getJobId().equals(job.getJobId()))) {
          throw e;
        }
      }
    }

    @Override
    public void close() throws IOException {
      if (flink != null) {
        flink.close();
      }
      if (kafka != null) {
        kafka.close();
      }
    }
  }
}
