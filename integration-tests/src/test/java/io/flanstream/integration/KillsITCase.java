package io.flanstream.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.jobs.broker.EmbeddedKafka;
import io.flanstream.jobs.cluster.LocalCluster;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Processes of a cluster are killed at random moments while records flow.
 *
 * <p>{@code -Dflanstream.kills=20 -Dflanstream.kills.records=100000} makes it long.
 */
@Timeout(value = 2, unit = TimeUnit.HOURS)
class KillsITCase {
  private static final long SEED = 20260101;
  private static final int TASK_MANAGERS = 2;
  private static final int KILLS = Integer.getInteger("flanstream.kills", 3);
  private static final int RECORDS = Integer.getInteger("flanstream.kills.records", 2000);
  private static final String[] OPTIONS = {
    "--task-managers", "2", "--slots", "1", "--high-availability"
  };

  @TempDir private Path directory;

  /** Every record once, whatever is killed, and whether the job is stopped and resumed between. */
  @Test
  void losesAndDoublesNothing()
      throws ExecutionException, IOException, InterruptedException, TimeoutException {
    try (EmbeddedKafka kafka = EmbeddedKafka.start();
        TestingCluster cluster = new TestingCluster(directory, OPTIONS)) {
      TestingTopics topics = new TestingTopics(kafka);
      topics.create(2, "in", "out", "dead");
      String pipeline = TestingPipelines.write(directory, kafka, "kills", "parallelism: 2");
      cluster.run(0, "run", pipeline);
      try (TestingFeed feed = new TestingFeed(kafka.bootstrapServers(), "in", 2, RECORDS)) {
        assertThat(killWhileRecordsFlow(cluster, topics, feed))
            .as("kills inside a transaction")
            .isPositive();
        String savepoint = cluster.run(0, "jobs", "stop", "kills", "--savepoint").strip();
        assertThat(savepoint).startsWith("file:").contains("/savepoints/");
        cluster.run(0, "run", pipeline, "--from-savepoint", savepoint);
        feed.awaitSent(RECORDS);
        topics.readUntil("out", feed.good().size());
        topics.readUntil("dead", feed.bad().size());
        assertThat(topics.keys("out")).containsExactlyInAnyOrderElementsOf(feed.good());
        assertThat(topics.keys("dead")).containsExactlyInAnyOrderElementsOf(feed.bad());
      }
    }
  }

  /** How many of the kills were inside an open transaction. */
  private static int killWhileRecordsFlow(
      TestingCluster cluster, TestingTopics topics, TestingFeed feed)
      throws ExecutionException, IOException, InterruptedException, TimeoutException {
    Random random = new Random(SEED);
    int inTransaction = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      feed.awaitSent((2 * kill + 1) * (RECORDS / (2 * KILLS + 2)));
      TimeUnit.MILLISECONDS.sleep(random.nextInt(1000));
      inTransaction += topics.hasOpenTransaction("out") ? 1 : 0;
      cluster.kill(victim(kill, random));
      cluster.up(OPTIONS);
    }
    return inTransaction;
  }

  /** The JobManager once, TaskManagers otherwise. */
  private static String victim(int kill, Random random) {
    return kill == 1
        ? LocalCluster.JOB_MANAGER
        : LocalCluster.taskManager(1 + random.nextInt(TASK_MANAGERS));
  }
}
