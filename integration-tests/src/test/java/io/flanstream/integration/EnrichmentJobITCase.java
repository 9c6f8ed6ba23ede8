package io.flanstream.integration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flanstream.jobs.local.TestingServers;
import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.pipeline.PipelineFile;
import io.flanstream.model.batch.Share;
import io.flanstream.model.flink.CheckpointModel;
import io.flanstream.model.flink.SharedModels;
import io.flanstream.schemas.DeadLetter;
import io.flanstream.schemas.EnrichedEvent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The whole job between topics of a real broker; any restart fails it. */
@Timeout(600)
class EnrichmentJobITCase {
  private static final int PARTITIONS = 3;

  @RegisterExtension private static final TestingServers SERVERS = new TestingServers();
  private static TestingTopics topics;

  @TempDir Path checkpoints;
  private String name;
  private TestingModelProvider model;

  @BeforeAll
  static void startKafka() throws IOException {
    // What jobs of other tests left behind.
    SharedModels.closeIdle();
    topics = new TestingTopics(SERVERS.kafka());
  }

  @BeforeEach
  void createTopics(TestInfo info) throws InterruptedException {
    name = info.getTestMethod().orElseThrow().getName();
    model = new TestingModelProvider(name, TestingMessages.MAX_INPUT_TOKENS);
    topics.create(PARTITIONS, in(), enriched(), deadLetters());
  }

  @Test
  void accountsForEveryRecordOfABoundedRun() throws Exception {
    TestingMessages messages = TestingMessages.ofEveryKind(in(), PARTITIONS, 300);
    topics.write(messages.records());

    runBounded(pipeline(""));

    assertAccounted(messages);
    assertThat(model.opened()).as("one model for two slots").isEqualTo(1);
    assertThat(SharedModels.open()).as("closed after the job").isZero();
  }

  @Test
  void keepsRecordsInOrderWhereAsked() throws Exception {
    TestingMessages messages = TestingMessages.ofEveryKind(in(), 1, 300);
    topics.write(messages.records());

    runBounded(pipeline("ordered: true, share: { weight: 3, priority: -1 }"));

    assertAccounted(messages);
    assertThat(TestingDelayedModel.shares()).contains(new Share(pipeline("").name(), 3, -1));
    List<Long> offsets =
        topics.read(enriched()).stream()
            .filter(record -> record.value() != null)
            .sorted(Comparator.comparing(ConsumerRecord::partition))
            .filter(record -> record.partition() == 0)
            .map(
                record ->
                    TestingTopics.decoded(record.value(), new EnrichedEvent())
                        .getSource()
                        .getOffset())
            .toList();
    assertThat(offsets).isSorted().hasSizeGreaterThan(50);
  }

  @Test
  void accountsForEveryRecordOfAStream() throws Exception {
    TestingMessages messages = TestingMessages.ofEveryKind(in(), PARTITIONS, 100);
    int half = messages.records().size() / 2;
    topics.write(messages.records().subList(0, half));

    JobClient job = TestingJobs.submitWithoutRestarts(pipeline(""), model);
    try {
      topics.readUntil(enriched(), 1);
      topics.write(messages.records().subList(half, messages.records().size()));
      topics.readUntil(enriched(), messages.enrichedCount());
      topics.readUntil(deadLetters(), messages.fates().size() - messages.enrichedCount());
      assertAccounted(messages);
    } finally {
      job.cancel().get();
    }
  }

  /** The model going away is no fault of a record: the job restarts, and writes nothing twice. */
  @Test
  void writesEveryRecordOnceThroughARestart() throws Exception {
    TestingMessages messages = new TestingMessages(in(), 1);
    messages.addGood("before", 200);
    messages.add(
        "closes",
        "{\"id\": \"closes\", \"text\": \"%s\"}".formatted(TestingDelayedModel.CLOSES_ONCE),
        TestingMessages.ENRICHED);
    messages.addGood("after", 20);
    topics.write(messages.records());
    Configuration restartingOnce = new Configuration();
    restartingOnce.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
    restartingOnce.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 1);

    TestingJobs.submit(pipeline("model-linger: 10min").bounded(), model, restartingOnce)
        .getJobExecutionResult()
        .get();

    // Without a restart the job would have failed.
    assertThat(TestingDelayedModel.closedOnce()).isTrue();
    assertThat(model.opened()).as("the restart finds the model open").isEqualTo(1);
    SharedModels.closeIdle();
    assertAccounted(messages);
  }

  @Test
  void goesOnWhereTheLastRunEnded() throws Exception {
    TestingMessages messages = TestingMessages.ofEveryKind(in(), PARTITIONS, 40);
    int half = messages.records().size() / 2;
    topics.write(messages.records().subList(0, half));
    runBounded(pipeline(""));
    topics.write(messages.records().subList(half, messages.records().size()));

    runBounded(pipeline(""));

    assertAccounted(messages);
  }

  @Test
  void readsARangeOfOffsets() throws Exception {
    TestingMessages messages = new TestingMessages(in(), PARTITIONS);
    messages.addGood("m", 30);
    topics.write(messages.records());

    Pipeline pipeline = pipeline("", source -> source + ", from: \"0:2,1:0\", to: \"0:5,1:1\"");
    JobClient job = TestingJobs.submitWithoutRestarts(pipeline, model);
    job.getJobExecutionResult().get();

    assertThat(names(topics.read(enriched()))).containsExactlyInAnyOrder("m6", "m9", "m12", "m1");
  }

  @Test
  void givesUpOnWhatTakesTooLongWithoutFailing() throws Exception {
    TestingMessages messages = new TestingMessages(in(), PARTITIONS);
    messages.addGood("before", 10);
    messages.add("hangs", "{\"text\": \"%s\"}".formatted(TestingDelayedModel.HANGS), "TIMEOUT");
    messages.addGood("after", 10);
    topics.write(messages.records());

    runBounded(pipeline("answer-timeout: 2s, answer-attempts: 2"));

    assertAccounted(messages);
    DeadLetter letter =
        TestingTopics.decoded(topics.read(deadLetters()).get(0).value(), new DeadLetter());
    assertThat(letter.getStage()).isEqualTo("MODEL");
    assertThat(letter.getAttempts()).isEqualTo(2);
  }

  @Test
  void triesAgainWhatTakesTooLong() throws Exception {
    TestingMessages messages = new TestingMessages(in(), PARTITIONS);
    messages.add(
        "slow",
        "{\"id\": \"slow\", \"text\": \"%s\"}".formatted(TestingDelayedModel.HANGS_ONCE),
        TestingMessages.ENRICHED);
    topics.write(messages.records());

    runBounded(pipeline("answer-timeout: 2s, answer-attempts: 2"));

    assertAccounted(messages);
  }

  /** The model gets no more events at a time than it is said to, and the others wait in Kafka. */
  @Test
  void boundsWhatIsInFlight() throws Exception {
    TestingMessages messages = new TestingMessages(in(), 2);
    for (int i = 0; i < 100; i++) {
      String text = "{\"text\": \"%s %s\"}".formatted(TestingDelayedModel.HANGS, i);
      messages.add("m" + i, text, "TIMEOUT");
    }
    topics.write(messages.records());

    assertThat(mostHanging(pipeline("answer-timeout: 2s")))
        .as("two subtasks with 16 each")
        .isEqualTo(32);
    assertAccounted(messages);
  }

  /** Large texts are bounded by their bytes, and one that is larger than the bound goes in. */
  @Test
  void boundsBytesInFlight() throws Exception {
    TestingMessages messages = new TestingMessages(in(), 2);
    for (int i = 0; i < 12; i++) {
      String filler = " x".repeat(i == 7 ? 200_000 : 50_000);
      String text = "{\"text\": \"%s %s%s\"}".formatted(TestingDelayedModel.HANGS, i, filler);
      messages.add("m" + i, text, "TIMEOUT");
    }
    topics.write(messages.records());
    model = new TestingModelProvider(name, 1 << 20);

    assertThat(mostHanging(pipeline("answer-timeout: 500ms, max-bytes-in-flight: 250kb")))
        .as("two subtasks with two each")
        .isEqualTo(4);
    assertAccounted(messages);
  }

  /** How many texts the model has at a time, at most, that it does not answer. */
  private long mostHanging(Pipeline pipeline) throws Exception {
    JobClient job = TestingJobs.submitWithoutRestarts(pipeline.bounded(), model);
    long most = 0;
    CompletableFuture<JobExecutionResult> end = job.getJobExecutionResult();
    while (!end.isDone()) {
      most = Math.max(most, TestingDelayedModel.hanging());
      TimeUnit.MILLISECONDS.sleep(10);
    }
    end.get();
    return most;
  }

  @Test
  void writesJsonAndHidesFieldsWhereAsked() throws Exception {
    TestingMessages messages = new TestingMessages(in(), PARTITIONS);
    messages.addGood("m", 1);
    messages.add("bad", "{\"secret\":\"a\"}", "MISSING_TEXT");
    topics.write(messages.records());

    runBounded(
        PipelineFile.parse(
            yaml("", source -> source)
                .replace("format: avro }", "format: json, redact: [secret] }")
                .replace("format: avro", "format: json"),
            name,
            checkpoints));

    assertThat(new String(topics.read(enriched()).get(0).value(), UTF_8))
        .startsWith("{\"id\":\"m0\",")
        .contains("\"text\":\"message 0 \uD83D\uDC4B {\\\"a\\\": 0}\"");
    String hidden =
        Base64.getEncoder().encodeToString("{\"secret\":\"[redacted]\"}".getBytes(UTF_8));
    assertThat(new String(topics.read(deadLetters()).get(0).value(), UTF_8))
        .contains("\"payload\":\"%s\",\"payloadLength\":14".formatted(hidden));
  }

  @Test
  void failsWithoutRestartsWhereTheCheckpointIsMissing() throws Exception {
    Pipeline pipeline = pipeline("");
    Configuration restarting = new Configuration();
    restarting.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
    restarting.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, Integer.MAX_VALUE);

    JobClient job = TestingJobs.submit(pipeline, new CheckpointModel(pipeline.model()), restarting);

    assertThatThrownBy(() -> job.getJobExecutionResult().get())
        .rootCause()
        .hasMessageContaining("nowhere");
  }

  private void assertAccounted(TestingMessages messages) {
    Map<String, String> fates = new TreeMap<>();
    List<ConsumerRecord<byte[], byte[]>> enriched = topics.read(enriched());
    List<ConsumerRecord<byte[], byte[]>> deadLetters = topics.read(deadLetters());
    for (ConsumerRecord<byte[], byte[]> record : enriched) {
      String key = new String(record.key(), UTF_8);
      assertThat(record.headers().lastHeader("trace").value()).isEqualTo(record.key());
      String fate = TestingMessages.TOMBSTONE;
      if (record.value() != null) {
        fate = TestingMessages.ENRICHED;
        assertThat(TestingTopics.decoded(record.value(), new EnrichedEvent()).getId())
            .isEqualTo(key);
      }
      assertThat(fates.put(key, fate)).as(key).isNull();
    }
    for (ConsumerRecord<byte[], byte[]> record : deadLetters) {
      String key = new String(record.key(), UTF_8);
      DeadLetter letter = TestingTopics.decoded(record.value(), new DeadLetter());
      assertThat(fates.put(key, letter.getCode())).as(key).isNull();
      assertIsOriginal(letter, messages.value(key), key);
    }
    assertThat(fates).isEqualTo(new TreeMap<>(messages.fates()));
  }

  private static void assertIsOriginal(DeadLetter letter, byte[] value, String key) {
    assertThat(letter.getKey()).isEqualTo(ByteBuffer.wrap(key.getBytes(UTF_8)));
    assertThat(letter.getPayloadLength()).isEqualTo(value.length);
    int kept = letter.getPayload().remaining();
    assertThat(letter.getPayload()).isEqualTo(ByteBuffer.wrap(Arrays.copyOf(value, kept)));
    if (value.length < TestingMessages.MAX_RECORD_BYTES / 2) {
      assertThat(kept).isEqualTo(value.length);
    }
    assertThat(letter.getHeaders()).extracting(header -> header.getName()).containsExactly("trace");
  }

  private static List<String> names(List<ConsumerRecord<byte[], byte[]>> records) {
    return records.stream().map(record -> new String(record.key(), UTF_8)).toList();
  }

  private void runBounded(Pipeline pipeline) throws Exception {
    TestingJobs.submitWithoutRestarts(pipeline.bounded(), model).getJobExecutionResult().get();
  }

  private Pipeline pipeline(String job) {
    return pipeline(job, source -> source);
  }

  private Pipeline pipeline(String job, Function<String, String> source) {
    return PipelineFile.parse(yaml(job, source), name, checkpoints);
  }

  private String yaml(String job, Function<String, String> source) {
    return String.format(
        Locale.ROOT,
        """
        name: %s
        kafka: { bootstrap-servers: "%s" }
        source: { %s }
        model: { path: nowhere }
        tasks:
          - { name: intent, type: classification, labels: [ask, order, complain] }
          - { name: where, type: extraction, fields: [city, street] }
        sink: { topic: %s, format: avro, max-record-size: %sb }
        dead-letters: { topic: %s, format: avro }
        job: { parallelism: 2, checkpoint-interval: 200ms, checkpoint-directory: "%s", max-in-flight: 16, %s }
        """,
        name,
        SERVERS.kafka().bootstrapServers(),
        source.apply("topic: %s, attributes: [channel]".formatted(in())),
        enriched(),
        TestingMessages.MAX_RECORD_BYTES,
        deadLetters(),
        checkpoints.toUri(),
        job.contains("model-linger") ? job : "model-linger: 0s, " + job);
  }

  private String in() {
    return name + "-in";
  }

  private String enriched() {
    return name + "-enriched";
  }

  private String deadLetters() {
    return name + "-dead-letters";
  }
}
