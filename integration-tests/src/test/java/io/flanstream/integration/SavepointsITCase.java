package io.flanstream.integration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.jobs.local.TestingServers;
import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.pipeline.PipelineFile;
import io.flanstream.model.flink.ModelProvider;
import io.flanstream.model.flink.SharedModels;
import io.flanstream.schemas.EnrichedEvent;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.flink.core.execution.JobClient;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Savepoints of earlier builds are gone on from: each directory of {@code
 * src/test/resources/savepoints} is one's, with offsets and the ids of events, of a job whose tasks
 * come from a topic.
 *
 * <p>{@code -Dflanstream.savepoint=NAME} writes that of this build.
 */
@Timeout(600)
class SavepointsITCase {
  @RegisterExtension private static final TestingServers SERVERS = new TestingServers();

  private static final Path SAVEPOINTS =
      TestingLauncher.ROOT.resolve("integration-tests/src/test/resources/savepoints");
  private static final int PARTITIONS = 2;

  /**
   * Keys and values, in hexadecimal, of what release 0.1.0 (bb14def) writes for the new records of
   * {@link #isGoneOnFrom}: this test, run there, with the same Kafka timestamps.
   */
  private static final Path RESULTS =
      TestingLauncher.ROOT.resolve("integration-tests/src/test/resources/results-0.1.0.txt");

  private static final long WRITTEN = 1_772_445_245_120L;

  /** Records of each partition that had been read. */
  private static final int SAVED = 5;

  @TempDir private Path directory;
  private TestingTopics topics;

  @BeforeEach
  void startKafka() throws IOException, InterruptedException {
    topics = new TestingTopics(SERVERS.kafka());
    topics.create(PARTITIONS, "in", "out", "dead");
    topics.create(1, "control");
  }

  @AfterEach
  void stopKafka() throws ExecutionException, InterruptedException, IOException {
    SERVERS.clear();
    SharedModels.closeIdle();
  }

  @ParameterizedTest
  @MethodSource("savepoints")
  void isGoneOnFrom(Path savepoint) throws Exception {
    writeTasks();
    write("passed-over", SAVED);
    write("saved", SAVED);
    write("new", SAVED);
    JobClient job = TestingJobs.resume(pipeline(), model(), savepoint.toUri().toString());
    topics.readUntil("out", PARTITIONS * SAVED);
    TestingJobs.stop(job, directory);

    assertThat(topics.keys("out")).containsExactlyInAnyOrderElementsOf(ids("new", SAVED));
    assertThat(topics.keys("dead")).isEmpty();
    // None of the options is set that 0.1.0 does not know.
    assertThat(topics.read("out"))
        .extracting(
            record ->
                new String(record.key(), UTF_8) + " " + HexFormat.of().formatHex(record.value()))
        .containsExactlyInAnyOrderElementsOf(Files.readAllLines(RESULTS));
    assertThat(topics.read("out"))
        .extracting(record -> TestingTopics.decoded(record.value(), new EnrichedEvent()))
        .extracting(event -> event.getClassifications().get(0).getLabel())
        .allMatch(label -> label.startsWith("topic_"));
  }

  @Test
  @EnabledIfSystemProperty(named = "flanstream.savepoint", matches = ".+")
  void save() throws Exception {
    writeTasks();
    write("saved", SAVED);
    JobClient job = TestingJobs.submit(pipeline(), model());
    topics.readUntil("out", PARTITIONS * SAVED);
    Path saved = Path.of(URI.create(TestingJobs.stop(job, directory)));
    Path target = SAVEPOINTS.resolve(System.getProperty("flanstream.savepoint"));
    Files.createDirectories(target);
    try (Stream<Path> files = Files.list(saved)) {
      assertThat(files).containsExactly(saved.resolve("_metadata"));
    }
    Files.copy(saved.resolve("_metadata"), target.resolve("_metadata"));
  }

  private static List<Path> savepoints() throws IOException {
    try (Stream<Path> directories = Files.list(SAVEPOINTS)) {
      return directories.toList();
    }
  }

  private void writeTasks() throws ExecutionException, InterruptedException {
    topics.write(
        List.of(
            new ProducerRecord<>(
                "control",
                "saved".getBytes(UTF_8),
                TestingPipelines.tasksNamed("topic").getBytes(UTF_8))));
  }

  private void write(String name, int count) throws ExecutionException, InterruptedException {
    for (int partition = 0; partition < PARTITIONS; partition++) {
      int to = partition;
      topics.write(
          ids(name, count).stream()
              .filter(id -> id.startsWith(to + "-"))
              .map(id -> record(to, id))
              .toList());
    }
  }

  private static List<String> ids(String name, int count) {
    return IntStream.range(0, PARTITIONS * count)
        .mapToObj(i -> "%s-%s-%s".formatted(i % PARTITIONS, name, i / PARTITIONS))
        .toList();
  }

  private static ProducerRecord<byte[], byte[]> record(int partition, String id) {
    String value = "{\"id\": \"%s\", \"text\": \"text of %s\"}".formatted(id, id);
    return new ProducerRecord<>(
        "in", partition, WRITTEN, id.getBytes(UTF_8), value.getBytes(UTF_8));
  }

  private static ModelProvider model() {
    return new TestingModelProvider("saved", 1_000);
  }

  /** In full, as it was when the savepoints were taken. */
  private Pipeline pipeline() {
    return PipelineFile.parse(
        """
        name: saved
        kafka: { bootstrap-servers: "%s" }
        source: { topic: in, from: earliest }
        model: { path: . }
        tasks: %s
        tasks-topic: control
        sink: { topic: out }
        dead-letters: { topic: dead }
        job:
          parallelism: 2
          checkpoint-interval: 200ms
          checkpoint-directory: "%s"
          dedup: { within: 36500d }
        """
            .formatted(
                SERVERS.kafka().bootstrapServers(),
                TestingPipelines.tasksNamed("file"),
                directory.toUri()),
        "saved.yaml",
        directory);
  }
}
