package io.flanstream.integration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flanstream.jobs.broker.EmbeddedKafka;
import io.flanstream.jobs.deadletter.Replay;
import io.flanstream.jobs.kafka.OpenTransactions;
import io.flanstream.jobs.local.EmbeddedFlink;
import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.pipeline.PipelineFile;
import io.flanstream.jobs.pipeline.SourceTopics;
import io.flanstream.jobs.topology.EnrichmentJob;
import io.flanstream.model.flink.ModelProvider;
import io.flanstream.model.flink.SharedModels;
import io.flanstream.schemas.DeadLetter;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What changes in Kafka while a pipeline runs, or is otherwise than it would like. */
@Timeout(1200)
class KafkaChangesITCase {
  private static final ModelProvider MODEL = new TestingModelProvider("changes", 100_000);
  private static final int BIG = 30_000;
  private static final int LIMIT = 20_000;
  private static final int RESTARTS = 3;

  /** How long the topic's limit goes up and down; ten minutes where it is to be sure. */
  private static final Duration RUN =
      Duration.parse(System.getProperty("flanstream.limits.run", "PT8S"));

  @TempDir private Path directory;
  private static EmbeddedKafka kafka;
  private static TestingTopics topics;

  @BeforeAll
  static void startKafka() throws IOException {
    kafka = EmbeddedKafka.start();
    topics = new TestingTopics(kafka);
  }

  @AfterAll
  static void stopKafka() {
    kafka.close();
  }

  @BeforeEach
  void createTopics() throws ExecutionException, InterruptedException {
    topics.recreate(1, "in", "out", "dead");
  }

  @AfterEach
  void closeModels() {
    SharedModels.closeIdle();
  }

  @Test
  void whatATopicDoesNotTakeIsADeadLetter() throws Exception {
    limit("out", LIMIT);
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>(List.of(record("big", BIG)));
    for (int i = 0; i < 10; i++) {
      records.add(record("m" + i, 10));
    }
    topics.write(records);
    JobClient job = TestingJobs.submitWithoutRestarts(pipeline(""), MODEL);

    topics.readUntil("out", 10);
    topics.readUntil("dead", 1);
    job.cancel().get();

    assertThat(topics.keys("out")).hasSize(10).doesNotContain("big");
    assertThat(letters())
        .singleElement()
        .satisfies(
            letter -> {
              assertThat(letter.getCode()).isEqualTo("RECORD_TOO_LARGE");
              assertThat(letter.getMessage()).contains("must be at most 20000 bytes, got 3");
            });
  }

  /** Every record is on one of the two topics, and the job goes on as it is. */
  @Test
  void aLimitThatIsLoweredAndRaisedCostsNoRestart() throws Exception {
    JobClient job = TestingJobs.submitWithoutRestarts(pipeline(""), MODEL);
    long deadline = System.nanoTime() + RUN.toNanos();
    int written = 0;
    for (int round = 0; System.nanoTime() < deadline; round++) {
      limit("out", round % 2 == 0 ? LIMIT : TestingTopics.BROKER_LIMIT);
      // The job asks every second; what is on its way when a limit falls could not be saved.
      TimeUnit.SECONDS.sleep(4);
      topics.write(List.of(record("big" + written, BIG), record("small" + written, 10)));
      written++;
      topics.readUntil("out", written + round / 2 + round % 2);
      topics.readUntil("dead", round / 2 + 1);
    }
    job.cancel().get();

    int sent = written;
    assertThat(Stream.concat(topics.keys("out").stream(), topics.keys("dead").stream()))
        .hasSize(2 * sent)
        .doesNotHaveDuplicates();
    assertThat(letters()).allMatch(letter -> letter.getCode().equals("RECORD_TOO_LARGE"));
  }

  /**
   * A broker can refuse what is on its way when a limit falls: the job begins again. Where several
   * records were refused, Kafka's sink fails once more while it closes, for which Flink would end
   * the TaskManager.
   */
  @Test
  void whatIsOnItsWayWhenALimitFallsIsNotLost() throws Exception {
    Configuration config = new Configuration();
    config.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
    config.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, RESTARTS);
    try (EmbeddedFlink flink = EmbeddedFlink.start(2, config)) {
      StreamExecutionEnvironment env = new StreamExecutionEnvironment(flink.client());
      EnrichmentJob.add(env, pipeline(""), MODEL);
      JobClient job = env.executeAsync("changes");
      topics.write(List.of(record("before", BIG)));
      topics.readUntil("out", 1);
      TestingClusterMetrics cluster = new TestingClusterMetrics(flink.webPage().getAuthority());
      List<String> taskManagers = cluster.taskManagers();
      limit("out", LIMIT);
      topics.write(List.of(record("big", BIG), record("bigger", BIG + 1), record("small", 10)));
      topics.readUntil("out", 2);
      topics.readUntil("dead", 2);
      assertThat(cluster.taskManagers()).isEqualTo(taskManagers);
      job.cancel().get();
    }

    assertThat(topics.keys("out")).containsExactly("before", "small");
    assertThat(topics.keys("dead")).containsExactlyInAnyOrder("big", "bigger");
    assertThat(letters()).allMatch(letter -> letter.getCode().equals("RECORD_TOO_LARGE"));
  }

  @Test
  void newPartitionsAreReadFromTheirFirstRecord() throws Exception {
    JobClient job =
        TestingJobs.submitWithoutRestarts(pipeline("partition-discovery-interval: 500 ms"), MODEL);
    topics.write(List.of(record("first", 10)));
    topics.readUntil("out", 1);
    try (Admin admin = admin()) {
      admin.createPartitions(Map.of("in", NewPartitions.increaseTo(2))).all().get();
    }
    topics.write(
        List.of(
            new ProducerRecord<>(
                "in", 1, "new".getBytes(UTF_8), "{\"text\": \"there\"}".getBytes(UTF_8))));
    topics.readUntil("out", 2);
    job.cancel().get();
    assertThat(topics.keys("out")).containsExactlyInAnyOrder("first", "new");
  }

  /** The offsets of the savepoint would skip the first records of the new topic. */
  @Test
  void aTopicThatWasMadeAnewIsNotGoneOnWith() throws Exception {
    JobClient job = TestingJobs.submitWithoutRestarts(pipeline(""), MODEL);
    topics.write(List.of(record("one", 10), record("two", 10)));
    topics.readUntil("out", 2);
    String savepoint = TestingJobs.stop(job, directory);
    JobClient again = TestingJobs.resume(pipeline(""), MODEL, savepoint);
    topics.write(List.of(record("three", 10)));
    topics.readUntil("out", 3);
    again.cancel().get();

    try (Admin admin = admin()) {
      admin.deleteTopics(List.of("in")).all().get();
      while (admin.listTopics().names().get().contains("in")) {
        TimeUnit.MILLISECONDS.sleep(50);
      }
    }
    topics.create(1, "in");
    topics.write(List.of(record("new", 10)));
    JobClient wrong = TestingJobs.resume(pipeline(""), MODEL, savepoint);
    assertThatThrownBy(() -> wrong.getJobExecutionResult().get())
        .hasStackTraceContaining("the topic was made anew since");
  }

  @Test
  void anOpenTransactionIsSaid() throws ExecutionException, InterruptedException {
    LinkedBlockingQueue<String> said = new LinkedBlockingQueue<>();
    OpenTransactions watched =
        OpenTransactions.watch(pipeline("").kafka(), SourceTopics.of("in"), said::add);
    try (KafkaProducer<byte[], byte[]> open =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka.bootstrapServers(), "transactional.id", "slow-one"),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      open.initTransactions();
      open.beginTransaction();
      open.send(record("waits", 10)).get();
      assertThat(said.poll(1, TimeUnit.MINUTES))
          .isEqualTo(
              "Waiting: partition 0 of in has a transaction open since offset 0, of"
                  + " transactional.id slow-one; what is behind it is read when it ends");
      open.commitTransaction();
    } finally {
      watched.close();
    }
    assertThat(said).isEmpty();
  }

  /** The broker would abort a transaction that is open for longer than it was told. */
  @Test
  void aReplayThatTakesLongIsCommittedInParts() throws Exception {
    JobClient job = TestingJobs.submitWithoutRestarts(pipeline(""), MODEL);
    Pipeline pipeline = pipeline("", "8 s");
    topics.write(
        List.of(
            new ProducerRecord<>("in", "a".getBytes(UTF_8), "{}".getBytes(UTF_8)),
            new ProducerRecord<>("in", "b".getBytes(UTF_8), "{}".getBytes(UTF_8))));
    topics.readUntil("dead", 2);
    job.cancel().get();
    try (Replay replay = new Replay(pipeline)) {
      List<DeadLetter> letters = letters();
      replay.send(letters.get(0));
      long begun = System.nanoTime();
      while (System.nanoTime() - begun < pipeline.sink().transactionTimeout().toNanos() / 2) {
        TimeUnit.MILLISECONDS.sleep(50);
      }
      replay.send(letters.get(1));
      assertThat(replay.committed()).isEqualTo(1);
      replay.commit();
      assertThat(replay.transactions()).isEqualTo(2);
    }
    assertThat(topics.keys("in")).containsExactly("a", "b", "a", "b");
  }

  private List<DeadLetter> letters() {
    return topics.read("dead").stream()
        .map(record -> TestingTopics.decoded(record.value(), new DeadLetter()))
        .toList();
  }

  private void limit(String topic, int bytes) throws ExecutionException, InterruptedException {
    ConfigEntry entry = new ConfigEntry("max.message.bytes", Integer.toString(bytes));
    try (Admin admin = admin()) {
      admin
          .incrementalAlterConfigs(
              Map.of(
                  new ConfigResource(ConfigResource.Type.TOPIC, topic),
                  List.of(new AlterConfigOp(entry, AlterConfigOp.OpType.SET))))
          .all()
          .get();
    }
  }

  private Admin admin() {
    return Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()));
  }

  private static ProducerRecord<byte[], byte[]> record(String id, int length) {
    String value =
        "{\"id\": \"%s\", \"text\": \"hello\", \"more\": \"%s\"}".formatted(id, "x".repeat(length));
    return new ProducerRecord<>("in", id.getBytes(UTF_8), value.getBytes(UTF_8));
  }

  private Pipeline pipeline(String source) {
    return pipeline(source, "1 min");
  }

  private Pipeline pipeline(String source, String transactionTimeout) {
    return PipelineFile.parse(
        """
        name: changes
        kafka: { bootstrap-servers: "%s" }
        source: { topic: in, from: earliest, attributes: [more], %s }
        model: { path: none }
        tasks: [ { name: intent, type: classification, labels: [refund, card] } ]
        sink: { topic: out, transaction-timeout: %s }
        dead-letters: { topic: dead }
        job: { checkpoint-interval: 500 ms, checkpoint-directory: "%s" }
        """
            .formatted(kafka.bootstrapServers(), source, transactionTimeout, directory.toUri()),
        "test",
        Path.of(""));
  }
}
