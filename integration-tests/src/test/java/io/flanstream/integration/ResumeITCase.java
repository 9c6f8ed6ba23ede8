package io.flanstream.integration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.jobs.broker.EmbeddedKafka;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What {@code flanstream run} goes on from, and what it refuses. */
@Timeout(900)
class ResumeITCase {
  private static final int PARTITIONS = 2;

  private static EmbeddedKafka kafka;
  private static TestingTopics topics;

  @TempDir private Path directory;
  private final List<String> sent = new ArrayList<>();

  @BeforeAll
  static void startKafka() throws IOException {
    kafka = EmbeddedKafka.start();
    topics = new TestingTopics(kafka);
  }

  @BeforeEach
  void createTopics() throws ExecutionException, InterruptedException {
    topics.recreate(PARTITIONS, "in", "out", "dead");
  }

  @AfterAll
  static void stopKafka() {
    kafka.close();
  }

  /** Bounded and not, in turn: each end is that of its run alone. */
  @Test
  void endsAreThoseOfARun() throws ExecutionException, IOException, InterruptedException {
    String pipeline = pipeline("ends", "");
    write(60);
    bounded(pipeline);
    assertThat(bounded(pipeline)).contains("the last run had read to its end");
    assertEachOnce();
    write(40);
    try (TestingRun run = run("state", pipeline)) {
      topics.readUntil("out", sent.size());
      run.signal("TERM");
      assertThat(run.await()).as(run.said()).isZero();
      assertThat(run.said()).contains("Stopping with a savepoint", "Stopped in ");
    }
    write(40);
    assertThat(bounded(pipeline)).contains("goes on from savepoint ", " s ago: file:");
    assertEachOnce();
  }

  /** What is in flight for either topic is in the savepoint. */
  @Test
  void routesHaveEachRecordOnceAfterASavepoint()
      throws ExecutionException, IOException, InterruptedException {
    topics.create(PARTITIONS, "odd");
    Path file = Path.of(pipeline("routed", ""));
    Files.writeString(
        file,
        Files.readString(file)
            .replace(
                "topic: out }",
                "topic: out, routes: [{when: \"SUBSTR(id, -1) IN ('1', '3', '5')\","
                    + " topic: odd}] }"));
    write(400);
    try (TestingRun run = run("state", file.toString())) {
      topics.readUntil("odd", 1);
      write(400);
      run.signal("TERM");
      assertThat(run.await()).as(run.said()).isZero();
    }
    assertThat(bounded(file.toString())).contains("goes on from savepoint ");

    List<String> odd = topics.keys("odd");
    assertThat(odd).hasSize(240).allMatch(id -> id.matches("m\\d*[135]"));
    assertThat(Stream.concat(odd.stream(), topics.keys("out").stream()))
        .containsExactlyInAnyOrderElementsOf(sent);
  }

  /** One of two that are started; the other says what to do instead. */
  @Test
  void runsOnce() throws ExecutionException, IOException, InterruptedException {
    String pipeline = pipeline("once", "");
    write(100);
    try (TestingRun first = run("state", pipeline)) {
      topics.readUntil("out", sent.size());
      for (String state : List.of("elsewhere", "state")) {
        try (TestingRun second = run(state, pipeline)) {
          assertThat(second.await()).as(second.said()).isEqualTo(1);
          assertThat(second.said())
              .contains(
                  "Cannot run pipeline once: it must not run yet, got ",
                  "for more capacity raise job.parallelism and start more TaskManagers");
        }
      }
      assertThat(first.isAlive()).isTrue();
      write(50);
      topics.readUntil("out", sent.size());
      first.signal("KILL");
      first.await();
    }
    write(50);
    // Kafka remembers where the state is, and this machine reaches it.
    try (TestingRun elsewhere = run("elsewhere", pipeline)) {
      topics.readUntil("out", sent.size());
      assertThat(elsewhere.said()).contains("Waiting up to 15 s", "goes on from checkpoint ");
      elsewhere.signal("INT");
      assertThat(elsewhere.await()).as(elsewhere.said()).isZero();
    }
    write(50);
    assertThat(bounded(pipeline)).contains("goes on from savepoint ").doesNotContain("Waiting");
    assertEachOnce();
  }

  /** Each says what it does before it starts, and does no more. */
  @Test
  void beginsElsewhereWhereItIsTold() throws ExecutionException, IOException, InterruptedException {
    String pipeline = pipeline("told", "");
    write(30);
    bounded(pipeline);
    write(20);
    assertThat(bounded(pipeline, "--from-offsets"))
        .contains("from the group's committed offsets: nothing is lost");
    assertThat(topics.keys("out")).containsAll(sent);
    int before = topics.keys("out").size();
    assertThat(bounded(pipeline, "--from-scratch")).contains("from scratch: ");
    assertThat(topics.keys("out")).hasSize(before + sent.size());
  }

  /** What dedup knows outlives a run, in the directory that the file names. */
  @Test
  void dedupRemembers() throws ExecutionException, IOException, InterruptedException {
    Path kept = directory.resolve("kept");
    String pipeline =
        pipeline(
            "dedup", "dedup: { within: 1h }, checkpoint-directory: \"%s\"".formatted(kept.toUri()));
    write(30);
    try (TestingRun run = run("state", pipeline)) {
      topics.readUntil("out", sent.size());
      run.signal("INT");
      assertThat(run.await()).as(run.said()).isZero();
    }
    List<String> once = List.copyOf(sent);
    sent.clear();
    write(once.size());
    bounded(pipeline);
    assertThat(topics.keys("out")).containsExactlyInAnyOrderElementsOf(once);
    assertThat(kept).isNotEmptyDirectory();
    assertThat(directory.resolve("state")).doesNotExist();
  }

  /** Positions of another topic of the same name are no positions. */
  @Test
  void refusesATopicThatWasCreatedAnew()
      throws ExecutionException, IOException, InterruptedException {
    String pipeline = pipeline("anew", "");
    write(30);
    try (TestingRun run = run("state", pipeline)) {
      topics.readUntil("out", sent.size());
      run.signal("INT");
      assertThat(run.await()).as(run.said()).isZero();
    }
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      admin.deleteTopics(List.of("in")).all().get();
    }
    topics.create(PARTITIONS, "in");
    try (TestingRun run = run("state", pipeline)) {
      assertThat(run.await()).as(run.said()).isEqualTo(1);
      assertThat(run.said())
          .contains("topic in must be the one that it read, got one that was created later");
    }
  }

  private String pipeline(String name, String job) throws IOException {
    return TestingPipelines.write(directory, kafka, name, job);
  }

  private TestingRun run(String state, String pipeline, String... options) throws IOException {
    return TestingRun.start(directory.resolve("runs"), directory.resolve(state), pipeline, options);
  }

  private String bounded(String pipeline, String... options)
      throws IOException, InterruptedException {
    List<String> arguments = new ArrayList<>(List.of("run", pipeline, "--web-port", "0"));
    arguments.addAll(List.of(options));
    arguments.add("--bounded");
    return new TestingLauncher(TestingLauncher.LAUNCHER, directory)
        .run(0, arguments.toArray(String[]::new));
  }

  private void assertEachOnce() {
    assertThat(topics.keys("out")).containsExactlyInAnyOrderElementsOf(sent);
  }

  private void write(int count) throws ExecutionException, InterruptedException {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String id = "m" + sent.size();
      records.add(
          new ProducerRecord<>(
              "in",
              sent.size() % PARTITIONS,
              id.getBytes(UTF_8),
              "{\"id\": \"%s\", \"text\": \"card %s lost\"}".formatted(id, id).getBytes(UTF_8)));
      sent.add(id);
    }
    topics.write(records);
  }
}
