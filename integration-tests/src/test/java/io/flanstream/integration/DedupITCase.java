package io.flanstream.integration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.jobs.deadletter.Replay;
import io.flanstream.jobs.local.TestingServers;
import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.pipeline.PipelineFile;
import io.flanstream.model.flink.ModelProvider;
import io.flanstream.model.flink.SharedModels;
import io.flanstream.operators.dedup.DropDuplicatesFunction;
import io.flanstream.schemas.DeadLetter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.apache.flink.core.execution.JobClient;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A pipeline that drops what comes twice, between topics of a real broker. */
@Timeout(600)
class DedupITCase {
  @RegisterExtension private static final TestingServers SERVERS = new TestingServers();

  private static final int PARTITIONS = 3;
  private static final String DEDUP = "dedup: { within: 1h }, ";
  private static final ModelProvider MODEL =
      new TestingModelProvider("dedup", TestingMessages.MAX_INPUT_TOKENS);

  @TempDir private Path directory;
  private TestingTopics topics;

  @BeforeEach
  void startKafka() throws IOException, InterruptedException {
    topics = new TestingTopics(SERVERS.kafka());
    topics.create(PARTITIONS, "in", "out", "dead");
  }

  @AfterEach
  void stopKafka() throws ExecutionException, InterruptedException, IOException {
    SERVERS.clear();
    SharedModels.closeIdle();
  }

  @Test
  void whatComesTwiceIsAskedOnceAndCounted() throws Exception {
    List<String> ids = IntStream.range(0, 300).mapToObj(i -> "m" + i).toList();
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (int partition = 0; partition < PARTITIONS; partition++) {
      for (String id : ids) {
        records.add(record(partition, id));
      }
    }
    topics.write(records);

    long before = TestingDelayedModel.asked();
    assertThat(runBounded("parallelism: 2, " + DEDUP)).isEqualTo(600);

    assertThat(TestingDelayedModel.asked() - before).as("inferences").isEqualTo(ids.size());
    assertThat(topics.keys("out")).containsExactlyInAnyOrderElementsOf(ids);
  }

  /**
   * What was rejected before it was an event may come again, put right; what failed in the model
   * has passed, and is sent again by a replay.
   */
  @Test
  void whatBecameADeadLetterCanBeSentAgain() throws Exception {
    String breaks = "{\"id\": \"breaks\", \"text\": \"%s\"}".formatted(TestingDelayedModel.BREAKS);
    JobClient job = TestingJobs.submit(pipeline(DEDUP), MODEL);
    topics.write(
        List.of(
            record(0, "blank", "{\"id\": \"blank\", \"text\": \" \"}"),
            record(0, "breaks", breaks),
            record(0, "breaks", breaks),
            record(0, "blank")));
    topics.readUntil("out", 1);
    topics.readUntil("dead", 2);
    assertThat(deadLetters()).containsExactlyInAnyOrder("EMPTY_TEXT 1", "MODEL_FAILURE 1");

    replay("MODEL_FAILURE");
    topics.readUntil("dead", 3);
    topics.write(List.of(record(0, "breaks", breaks), record(0, "last")));
    topics.readUntil("out", 2);
    TestingJobs.stop(job, directory);

    assertThat(topics.keys("out")).containsExactlyInAnyOrder("blank", "last");
    assertThat(deadLetters()).contains("MODEL_FAILURE 2").hasSize(3);
  }

  @Test
  void aSavepointTakenWithoutItIsRestored() throws Exception {
    JobClient without = TestingJobs.submit(pipeline(""), MODEL);
    topics.write(List.of(record(0, "a"), record(0, "a")));
    topics.readUntil("out", 2);

    JobClient with =
        TestingJobs.resume(pipeline(DEDUP), MODEL, TestingJobs.stop(without, directory));
    topics.write(List.of(record(0, "a"), record(0, "a"), record(0, "b")));
    topics.readUntil("out", 4);

    JobClient again = TestingJobs.resume(pipeline(DEDUP), MODEL, TestingJobs.stop(with, directory));
    topics.write(List.of(record(0, "a"), record(0, "b"), record(0, "c")));
    topics.readUntil("out", 5);
    again.cancel().get();

    assertThat(topics.keys("out")).containsExactlyInAnyOrder("a", "a", "a", "b", "c");
  }

  private void replay(String code) {
    try (Replay replay = new Replay(pipeline(""))) {
      letters().stream().filter(letter -> letter.getCode().equals(code)).forEach(replay::send);
      replay.commit();
    }
  }

  private List<String> deadLetters() {
    return letters().stream()
        .map(letter -> "%s %s".formatted(letter.getCode(), letter.getAttempts()))
        .toList();
  }

  private List<DeadLetter> letters() {
    return topics.read("dead").stream()
        .map(ConsumerRecord::value)
        .map(value -> TestingTopics.decoded(value, new DeadLetter()))
        .toList();
  }

  private static ProducerRecord<byte[], byte[]> record(int partition, String id) {
    return record(partition, id, "{\"id\": \"%s\", \"text\": \"text of %s\"}".formatted(id, id));
  }

  private static ProducerRecord<byte[], byte[]> record(int partition, String id, String value) {
    return new ProducerRecord<>("in", partition, id.getBytes(UTF_8), value.getBytes(UTF_8));
  }

  /** How many duplicates the job says it dropped. */
  private long runBounded(String job) throws Exception {
    Map<String, Object> counted =
        TestingJobs.submit(pipeline(job).bounded(), MODEL)
            .getJobExecutionResult()
            .get()
            .getAllAccumulatorResults();
    return (long) counted.get(DropDuplicatesFunction.DUPLICATES);
  }

  private Pipeline pipeline(String job) {
    try {
      return PipelineFile.read(
          Path.of(
              TestingPipelines.write(
                  directory,
                  SERVERS.kafka(),
                  "dedup",
                  job + "checkpoint-directory: \"%s\"".formatted(directory.toUri()))));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
