package io.flanstream.integration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.jobs.broker.EmbeddedKafka;
import io.flanstream.jobs.pipeline.PipelineFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the image has in it, run as compose.yaml runs it, where no container engine is. */
@Timeout(600)
class DeployedLayoutITCase {
  private static final int RECORDS = TestingDeployment.RECORDS;

  @TempDir private Path directory;

  @BeforeAll
  static void assemble() throws IOException, InterruptedException {
    Path assemble = TestingLauncher.ROOT.resolve("deploy/docker/assemble");
    assertThat(new ProcessBuilder(assemble.toString()).inheritIO().start().waitFor()).isZero();
  }

  @Test
  void losesAndDoublesNothing() throws IOException, InterruptedException, TimeoutException {
    TestingDeployment.losesAndDoublesNothing(
        directory,
        pipeline -> new TestingProcesses(directory.resolve("home"), pipeline),
        DeployedLayoutITCase::logsNothingWhileItIsIdle);
  }

  private static void logsNothingWhileItIsIdle(TestingProcesses deployment)
      throws IOException, InterruptedException {
    TestingClusterMetrics metrics = new TestingClusterMetrics(deployment.address());
    metrics.awaitCheckpoints(2);
    int logged = deployment.logged();
    metrics.awaitCheckpoints(8);
    assertThat(deployment.logged()).isEqualTo(logged);
  }

  @Test
  void isStoppedStartedAgainAndRunsOnce()
      throws ExecutionException, IOException, InterruptedException, TimeoutException {
    TestingLauncher launcher = new TestingLauncher(TestingLauncher.LAUNCHER, directory);
    try (EmbeddedKafka kafka = EmbeddedKafka.start()) {
      TestingTopics topics = new TestingTopics(kafka);
      topics.create(2, "messages", "enriched", "dead-letters");
      Path pipeline =
          Files.writeString(
              directory.resolve("pipeline.yaml"),
              TestingCompose.pipeline(kafka.bootstrapServers()));
      try (TestingProcesses deployment = new TestingProcesses(directory.resolve("home"), pipeline);
          TestingFeed feed = new TestingFeed(kafka.bootstrapServers(), "messages", 2, RECORDS)) {
        topics.readUntil("enriched", 1);
        try (TestingProcesses second =
            new TestingProcesses(directory.resolve("second"), pipeline)) {
          second.awaitJobManagerEnd();
          assertThat(second.said()).contains("it must not run yet, got process ");
        }
        String said =
            launcher.run(
                0,
                "jobs",
                "stop",
                PipelineFile.read(pipeline).name(),
                "--target",
                deployment.address());
        assertThat(said).contains("/savepoint-");
        deployment.awaitJobManagerEnd();
        deployment.restartJobManager();
        feed.awaitSent(RECORDS);
        // What only the job that was started again can answer.
        topics.write(List.of(later()));
        topics.readUntil("enriched", feed.good().size() + 1);
        topics.readUntil("dead-letters", feed.bad().size());

        assertThat(starts()).anyMatch(start -> start.contains("/savepoint-"));
        List<String> expected = new ArrayList<>(feed.good());
        expected.add("later");
        assertThat(topics.keys("enriched")).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(topics.keys("dead-letters")).containsExactlyInAnyOrderElementsOf(feed.bad());
      }
    }
  }

  private static ProducerRecord<byte[], byte[]> later() {
    return new ProducerRecord<>(
        "messages",
        "later".getBytes(UTF_8),
        "{\"id\": \"later\", \"text\": \"card lost\"}".getBytes(UTF_8));
  }

  /** What each start went on from, as it is noted. */
  private List<String> starts() throws IOException {
    try (Stream<Path> files = Files.walk(directory.resolve("home/state"))) {
      List<String> starts = new ArrayList<>();
      for (Path file : files.filter(path -> path.endsWith("start.json")).toList()) {
        starts.add(Files.readString(file));
      }
      return starts;
    }
  }
}
