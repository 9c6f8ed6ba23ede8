package io.flanstream.integration;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** The disk of the Flink checkpoints is full for a while. */
@Timeout(value = 1, unit = TimeUnit.HOURS)
@EnabledIfSystemProperty(
    named = "flanstream.disk-full",
    matches = "\\d+",
    disabledReason = "as many failed checkpoints as it is told: -Dflanstream.disk-full=20")
class DiskFullITCase {
  private static final int FAILURES = Integer.getInteger("flanstream.disk-full", 0);
  private static final int RESULTS = 100;
  private static final String ENRICHED = "enrich.model.eventsEnriched";

  @TempDir private Path directory;

  /** The job goes on, its results wait, and each comes once when there is room again. */
  @Test
  void resultsWaitForRoom()
      throws ExecutionException, IOException, InterruptedException, TimeoutException {
    try (TestingSmallDisk disk = new TestingSmallDisk(directory.resolve("checkpoints"));
        TestingBroker broker = new TestingBroker(directory);
        TestingCluster cluster = new TestingCluster(directory, "--slots", "2")) {
      TestingTopics topics = new TestingTopics(broker.bootstrapServers());
      topics.create(2, "in", "out", "dead");
      String job =
          "parallelism: 2, checkpoint-directory: \"%s\""
              .formatted(directory.resolve("checkpoints").toUri());
      cluster.run(
          0,
          "run",
          TestingPipelines.writeWithSpans(directory, broker.bootstrapServers(), "full", job));
      try (TestingFeed feed =
          new TestingFeed(broker.bootstrapServers(), "in", 2, Integer.MAX_VALUE)) {
        topics.readUntil("out", RESULTS);

        fillUntilFailed(disk, cluster, 2);
        int committed = topics.keys("out").size();
        long enriched = cluster.metrics().awaitAtLeast(ENRICHED, committed);
        fillUntilFailed(disk, cluster, FAILURES);
        assertThat(topics.keys("out")).as("results that wait").hasSize(committed);
        cluster.metrics().awaitAtLeast(ENRICHED, enriched + RESULTS);
        disk.free();

        topics.readUntil("out", committed + RESULTS);
        feed.end();
        topics.readUntil("out", feed.good().size());
        topics.readUntil("dead", feed.bad().size());
        assertThat(topics.keys("out")).containsExactlyInAnyOrderElementsOf(feed.good());
        assertThat(topics.keys("dead")).containsExactlyInAnyOrderElementsOf(feed.bad());
        assertThat(cluster.metrics().restarts()).as("restarts").isZero();
      }
    }
  }

  private static long failures(TestingCluster cluster) throws IOException, InterruptedException {
    JsonNode counts = cluster.metrics().checkpoints().get("counts");
    return counts.get("failed").longValue();
  }

  /** A checkpoint that fails gives back what it has taken. */
  private static void fillUntilFailed(TestingSmallDisk disk, TestingCluster cluster, int more)
      throws IOException, InterruptedException {
    long before = failures(cluster);
    while (failures(cluster) < before + more) {
      disk.fill();
      TimeUnit.MILLISECONDS.sleep(200);
    }
  }
}
