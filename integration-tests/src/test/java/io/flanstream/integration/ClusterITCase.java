package io.flanstream.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.jobs.broker.EmbeddedKafka;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A cluster of real processes, as a person uses it through the launcher. */
@Timeout(600)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ClusterITCase {
  private static final String TASK_MANAGER = "taskmanager-1";
  private static final String LOADED = "Opened model";

  @TempDir static Path directory;

  private static EmbeddedKafka kafka;
  private static TestingCluster cluster;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    kafka = EmbeddedKafka.start();
    kafka.createTopics(2, "in", "out", "dead");
    cluster = new TestingCluster(directory, "--slots", "4");
  }

  @AfterAll
  static void stop() throws IOException {
    if (cluster != null) {
      cluster.close();
    }
    kafka.close();
  }

  @Test
  @Order(1)
  void saysWhatRunsAndWhatItLogged() throws IOException, InterruptedException {
    assertThat(cluster.command(0, "status"))
        .contains("jobmanager ", TASK_MANAGER, "4 of 4 free", "http://127.0.0.1:");
    assertThat(cluster.command(0, "logs", TASK_MANAGER, "-n", "5")).hasLineCount(6);
    assertThat(cluster.command(2, "logs", "nobody")).contains("[jobmanager, taskmanager-1]");
  }

  /** The job ends at once: a restart would find the directory missing again. */
  @Test
  @Order(2)
  void aMissingCheckpointFailsTheJobWithoutRestarts() throws IOException, InterruptedException {
    Path nowhere = directory.resolve("nowhere");
    String pipeline = TestingPipelines.write(directory, kafka, "nowhere", nowhere, "");

    String said = cluster.run(1, "run", pipeline);
    Matcher failed =
        Pattern.compile(
                "flanstream: Job (\\w+) is FAILED: Cannot open checkpoint: %s is not a directory"
                    .formatted(nowhere))
            .matcher(said);
    assertThat(failed.find()).as(said).isTrue();
    assertThat(cluster.logged(TASK_MANAGER, "switched from INITIALIZING to FAILED"))
        .as("lines that name the task and the job")
        .anyMatch(line -> line.contains(" -> enrich") && line.contains("] " + failed.group(1)));
    assertThat(cluster.run(0, "jobs", "list", "--all")).containsPattern("FAILED +\\S+ +nowhere");
  }

  /** Two jobs of two tasks each, which come and go. */
  @Test
  @Order(3)
  void oneModelServesEveryJobAndOutlivesThem()
      throws IOException, InterruptedException, TimeoutException {
    String one = TestingPipelines.write(directory, kafka, "one", "parallelism: 2");
    String two = TestingPipelines.write(directory, kafka, "two", "parallelism: 2");
    cluster.run(0, "run", one);
    cluster.run(0, "run", two);
    assertThat(cluster.run(0, "jobs", "list")).contains("RUNNING", " one\n", " two\n");
    cluster.run(0, "jobs", "cancel", "two");
    String savepoint = cluster.run(0, "jobs", "stop", "one").strip();
    assertThat(cluster.run(0, "jobs", "list")).isEmpty();
    cluster.run(0, "run", one, "--from-savepoint", savepoint);
    try (TestingFeed feed = new TestingFeed(kafka.bootstrapServers(), "in", 2, 20)) {
      feed.awaitSent(20);
      new TestingTopics(kafka).readUntil("out", feed.good().size());
    }
    cluster.run(0, "jobs", "cancel", "one");

    assertThat(cluster.logged(TASK_MANAGER, LOADED)).hasSize(1);
  }

  @Test
  @Order(4)
  void aJobThatWasBuiltWithAnotherLibraryIsRefused() throws IOException, InterruptedException {
    try (FileSystem jar = FileSystems.newFileSystem(cluster.operatorJar())) {
      Path inside = jar.getPath("META-INF/MANIFEST.MF");
      Files.writeString(
          inside,
          Files.readString(inside)
              .replaceFirst("Implementation-Version: \\S+", "Implementation-Version: 0.0.7"));
    }
    cluster.kill(TASK_MANAGER);
    assertThat(cluster.command(1, "status")).contains("taskmanager-1   has ended; its log: ");
    List<Long> before = cluster.pids();
    cluster.up("--slots", "4");
    assertThat(cluster.pids()).containsAll(before).hasSize(2);

    String pipeline = TestingPipelines.write(directory, kafka, "other", "");
    assertThat(cluster.run(1, "run", pipeline))
        .contains(
            "Cannot run job: it must be submitted with the model operator of the cluster's lib/,"
                + " which is 0.0.7, got 0.2.0");
  }

  /** An interrupted start leaves nothing behind, and neither does the end. */
  @Test
  @Order(5)
  void leavesNoProcess() throws IOException, InterruptedException {
    List<Long> pids = cluster.pids();
    cluster.command(0, "down");
    assertThat(pids).hasSize(2).noneMatch(pid -> ProcessHandle.of(pid).isPresent());
    assertThat(cluster.command(1, "status")).isEqualTo("No cluster is up.\n");

    Process starting = cluster.startUp(directory.resolve("up.out"));
    while (cluster.pids().isEmpty()) {
      assertThat(starting.isAlive()).isTrue();
      TimeUnit.MILLISECONDS.sleep(20);
    }
    pids = cluster.pids();
    starting.destroy();
    assertThat(starting.waitFor()).isNotZero();
    assertThat(pids).noneMatch(pid -> ProcessHandle.of(pid).isPresent());
    assertThat(cluster.pids()).isEmpty();
  }
}
