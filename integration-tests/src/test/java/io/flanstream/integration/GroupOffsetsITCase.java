package io.flanstream.integration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.jobs.local.TestingServers;
import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.pipeline.PipelineFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.flink.core.execution.JobClient;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The consumer group's offsets: a reader that has nothing else loses nothing. {@code
 * -Dflanstream.offsets.runs=50} runs the bounded pipeline as often, 8 times unless set.
 */
@Timeout(900)
class GroupOffsetsITCase {
  private static final int PARTITIONS = 3;
  private static final int RUNS = Integer.getInteger("flanstream.offsets.runs", 4);

  @RegisterExtension private static final TestingServers SERVERS = new TestingServers();
  private static TestingTopics topics;

  @TempDir Path checkpoints;

  @BeforeAll
  static void startKafka() throws IOException {
    topics = new TestingTopics(SERVERS.kafka());
  }

  /** The offset of each partition stays where a record is in the model, whatever is done behind. */
  @ParameterizedTest
  @ValueSource(strings = {"", "dedup: { within: 1h }"})
  void stayBeforeWhatIsInTheModelAndLoseNothing(String job) throws Exception {
    String name = "held" + Math.abs(job.hashCode());
    topics.create(PARTITIONS, name + "-in", name + "-out", name + "-dead");
    TestingMessages messages = new TestingMessages(name + "-in", PARTITIONS);
    messages.addGood("before", 50 * PARTITIONS);
    for (int partition = 0; partition < PARTITIONS; partition++) {
      String text = "{\"text\": \"%s %s\"}".formatted(TestingDelayedModel.HANGS, partition);
      messages.add("held" + partition, text, "TIMEOUT");
    }
    messages.addGood("after", 200 * PARTITIONS);
    topics.write(messages.records());
    TestingModelProvider model = new TestingModelProvider(name, TestingMessages.MAX_INPUT_TOKENS);

    Pipeline waiting = pipeline(name, job);
    JobClient client = TestingJobs.submitWithoutRestarts(waiting, model);
    try {
      topics.readUntil(name + "-out", 250 * PARTITIONS);
      topics.awaitCommitted(waiting.kafka().groupId(), name + "-in", new int[] {50, 50, 50});
    } finally {
      client.cancel().get();
    }
    assertThat(done(name)).containsAll(before(messages, offsets(waiting)));

    Pipeline giving = pipeline(name, "answer-timeout: 500ms, " + job);
    TestingJobs.submitWithoutRestarts(giving.bounded(), model).getJobExecutionResult().get();
    assertThat(done(name)).isEqualTo(new TreeSet<>(messages.fates().keySet()));
    assertThat(offsets(giving)).isEqualTo(Map.of(0, 251L, 1, 251L, 2, 251L));
  }

  @Test
  void areTheEndAfterEachBoundedRun() throws Exception {
    String name = "bounded";
    Pipeline pipeline = pipeline(name, "");
    topics.create(PARTITIONS, name + "-in", name + "-out", name + "-dead");
    TestingModelProvider model = new TestingModelProvider(name, TestingMessages.MAX_INPUT_TOKENS);
    Random random = new Random(7);
    List<String> sent = new ArrayList<>();
    Map<Integer, Long> ends = new TreeMap<>();

    for (int run = 0; run < RUNS; run++) {
      List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
      for (int left = 1 + random.nextInt(2_000); left > 0; left--) {
        String id = "m" + sent.size();
        String value =
            random.nextInt(20) == 0 ? "{" : "{\"id\": \"%s\", \"text\": \"%s\"}".formatted(id, id);
        int partition = random.nextInt(PARTITIONS);
        records.add(
            new ProducerRecord<>(
                name + "-in", partition, id.getBytes(UTF_8), value.getBytes(UTF_8)));
        ends.merge(partition, 1L, Long::sum);
        sent.add(id);
      }
      topics.write(records);
      TestingJobs.submitWithoutRestarts(pipeline.bounded(), model).getJobExecutionResult().get();

      assertThat(offsets(pipeline)).as("offsets after run %d", run).isEqualTo(ends);
    }

    assertThat(Stream.of("-out", "-dead").flatMap(topic -> topics.keys(name + topic).stream()))
        .containsExactlyInAnyOrderElementsOf(sent);
  }

  /** A savepoint has what is in flight, and the offsets are before it; at the end they are not. */
  @Test
  void comeToTheEndWhereARunGoesOnFromASavepoint() throws Exception {
    String name = "savepoint";
    Pipeline pipeline = pipeline(name, "");
    topics.create(PARTITIONS, name + "-in", name + "-out", name + "-dead");
    TestingMessages messages = TestingMessages.ofEveryKind(name + "-in", PARTITIONS, 3_000);
    topics.write(messages.records());
    TestingModelProvider model = new TestingModelProvider(name, TestingMessages.MAX_INPUT_TOKENS);
    JobClient job = TestingJobs.submitWithoutRestarts(pipeline, model);
    topics.readUntil(name + "-out", 300);

    String savepoint = TestingJobs.stop(job, checkpoints);
    assertThat(done(name)).containsAll(before(messages, offsets(pipeline)));
    JobClient resumed = TestingJobs.resume(pipeline, model, savepoint);

    try {
      topics.awaitCommitted(pipeline.kafka().groupId(), name + "-in");
      assertThat(Stream.of("-out", "-dead").flatMap(topic -> topics.keys(name + topic).stream()))
          .containsExactlyInAnyOrderElementsOf(messages.fates().keySet());
    } finally {
      resumed.cancel().get();
    }
  }

  private static Set<String> done(String name) {
    Set<String> done = new TreeSet<>(topics.keys(name + "-out"));
    done.addAll(topics.keys(name + "-dead"));
    return done;
  }

  private static Set<String> before(TestingMessages messages, Map<Integer, Long> offsets) {
    Map<Integer, Long> next = new TreeMap<>();
    Set<String> before = new TreeSet<>();
    for (ProducerRecord<byte[], byte[]> record : messages.records()) {
      long offset = next.merge(record.partition(), 1L, Long::sum) - 1;
      if (offset < offsets.getOrDefault(record.partition(), 0L)) {
        before.add(new String(record.key(), UTF_8));
      }
    }
    return before;
  }

  private static Map<Integer, Long> offsets(Pipeline pipeline)
      throws ExecutionException, InterruptedException {
    Map<Integer, Long> offsets = new TreeMap<>();
    try (Admin admin =
        Admin.create(
            Map.<String, Object>of("bootstrap.servers", SERVERS.kafka().bootstrapServers()))) {
      admin
          .listConsumerGroupOffsets(pipeline.kafka().groupId())
          .partitionsToOffsetAndMetadata()
          .get()
          .forEach((partition, offset) -> offsets.put(partition.partition(), offset.offset()));
    }
    return offsets;
  }

  private Pipeline pipeline(String name, String job) {
    return PipelineFile.parse(
        String.format(
            Locale.ROOT,
            """
            name: %1$s
            kafka: { bootstrap-servers: "%2$s" }
            source: { topic: %1$s-in, attributes: [channel] }
            model: { path: nowhere }
            tasks: [ { name: intent, type: classification, labels: [ask, order, complain] } ]
            sink: { topic: %1$s-out, format: avro, max-record-size: %3$db }
            dead-letters: { topic: %1$s-dead, format: avro }
            job: { checkpoint-interval: 100ms, checkpoint-directory: "%4$s", parallelism: 2, model-linger: 0s, %5$s }
            """,
            name,
            SERVERS.kafka().bootstrapServers(),
            TestingMessages.MAX_RECORD_BYTES,
            checkpoints.toUri(),
            job),
        name,
        checkpoints);
  }
}
