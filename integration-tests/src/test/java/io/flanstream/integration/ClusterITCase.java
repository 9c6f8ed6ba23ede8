package io.flanstream.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.jobs.broker.EmbeddedKafka;
import io.flanstream.jobs.cluster.ClusterSettings;
import io.flanstream.jobs.cluster.LocalCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A cluster of real processes, started and asked through the launcher; some of them are killed.
 *
 * <p>{@code -Pkills} has more records and more kills.
 */
@Timeout(1800)
class ClusterITCase {
  private static final long SEED = 20260101;
  private static final int KILLS = Integer.getInteger("flanstream.kills", 3);
  private static final int RECORDS = Integer.getInteger("flanstream.kills.records", 3000);
  private static final ClusterSettings SETTINGS = new ClusterSettings(2, 1, "0", true, Map.of());

  @TempDir(cleanup = org.junit.jupiter.api.io.CleanupMode.NEVER)
  static Path directory;

  private static EmbeddedKafka kafka;
  private static TestingTopics topics;
  private static TestingLauncher launcher;
  private static LocalCluster cluster;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    kafka = EmbeddedKafka.start();
    topics = new TestingTopics(kafka);
    launcher = new TestingLauncher(TestingLauncher.LAUNCHER, directory);
    cluster = new LocalCluster(TestingLauncher.ROOT, directory.resolve("cluster"));
    String said =
        cluster(
            0,
            "up",
            "--task-managers",
            "2",
            "--slots",
            "1",
            "--web-port",
            "0",
            "--high-availability");
    assertThat(said).contains("taskmanager-2", "2 of 2 free");
  }

  @AfterAll
  static void stop() throws IOException, InterruptedException {
    List<Long> pids = pids();
    cluster(0, "down");
    assertThat(pids).noneMatch(pid -> ProcessHandle.of(pid).isPresent());
    assertThat(cluster(1, "status")).isEqualTo("No cluster is up.\n");
    kafka.close();
  }

  /** Every record once, whatever is killed, and whether the job is stopped and resumed between. */
  @Test
  void losesAndDoublesNothing()
      throws ExecutionException, IOException, InterruptedException, TimeoutException {
    topics.create(2, "in", "out", "dead");
    Path pipeline = pipeline("kills", "in", "out", "dead");
    jobs("run", pipeline.toString(), "--target", target());
    Random random = new Random(SEED);
    try (TestingFeed feed = new TestingFeed(kafka.bootstrapServers(), "in", 2, RECORDS)) {
      int inTransaction = 0;
      for (int kill = 0; kill < KILLS; kill++) {
        feed.awaitSent((kill * 2 + 1) * RECORDS / (KILLS * 2 + 2));
        TimeUnit.MILLISECONDS.sleep(random.nextInt(1000));
        inTransaction += topics.hasOpenTransaction("out") ? 1 : 0;
        kill(victim(kill, random));
        cluster.up(SETTINGS);
      }
      System.out.printf("%d of %d kills in an open transaction%n", inTransaction, KILLS);
      feed.awaitSent((KILLS * 2 + 1) * RECORDS / (KILLS * 2 + 2));
      assertThat(inTransaction).isPositive();
      String savepoint = jobs("jobs", "stop", "kills", "--target", target(), "--savepoint").strip();
      assertThat(savepoint).startsWith("file:").contains("/savepoints/");
      jobs("run", pipeline.toString(), "--target", target(), "--from-savepoint", savepoint);
      feed.awaitSent(RECORDS);
      topics.readUntil("out", feed.good().size());
      topics.readUntil("dead", feed.bad().size());
      assertThat(topics.keys("out")).containsExactlyInAnyOrderElementsOf(feed.good());
      assertThat(topics.keys("dead")).containsExactlyInAnyOrderElementsOf(feed.bad());
    }
    jobs("jobs", "cancel", "kills", "--target", target());
    assertThat(jobs("jobs", "list", "--target", target())).isEmpty();
  }

  /** The JobManager once, TaskManagers otherwise. */
  private static String victim(int kill, Random random) {
    return kill == 1
        ? LocalCluster.JOB_MANAGER
        : LocalCluster.taskManager(1 + random.nextInt(SETTINGS.taskManagers()));
  }

  private static void kill(String name) throws IOException {
    long pid =
        cluster.members().stream()
            .filter(member -> member.name().equals(name))
            .findFirst()
            .orElseThrow()
            .pid()
            .orElseThrow();
    ProcessHandle process = ProcessHandle.of(pid).orElseThrow();
    assertThat(process.destroyForcibly()).isTrue();
    process.onExit().join();
  }

  private static List<Long> pids() throws IOException {
    return cluster.members().stream().flatMap(member -> member.pid().stream()).toList();
  }

  private static String cluster(int exitCode, String command, String... options)
      throws IOException, InterruptedException {
    String[] arguments = new String[options.length + 4];
    arguments[0] = "cluster";
    arguments[1] = command;
    arguments[2] = "--directory";
    arguments[3] = directory.resolve("cluster").toString();
    System.arraycopy(options, 0, arguments, 4, options.length);
    return launcher.run(exitCode, arguments);
  }

  private static String jobs(String... arguments) throws IOException, InterruptedException {
    return launcher.run(0, arguments);
  }

  private static String target() throws IOException {
    return cluster.address().orElseThrow();
  }

  /** It begins at the start of the topic where no state says otherwise. */
  private static Path pipeline(String name, String in, String out, String dead) throws IOException {
    return Files.writeString(
        directory.resolve(name + ".yaml"),
        """
        name: %s
        kafka: { bootstrap-servers: "%s" }
        source: { topic: %s, from: earliest }
        model: { path: "%s", threads: 1 }
        tasks: [ { name: intent, type: classification, labels: [refund, card] } ]
        sink: { topic: %s }
        dead-letters: { topic: %s }
        job: { parallelism: 2, checkpoint-interval: 1 s }
        """
            .formatted(
                name,
                kafka.bootstrapServers(),
                in,
                TestingLauncher.ROOT.resolve("model-operator/src/test/resources/golden/ul2"),
                out,
                dead));
  }
}
