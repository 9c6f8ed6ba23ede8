package io.flanstream.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.jobs.local.LocalCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** A JobManager is killed that nothing stands behind: its jobs are run again by hand. */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
@EnabledIfSystemProperty(
    named = "flanstream.kills",
    matches = "\\d+",
    disabledReason = "runs where KillsITCase is told how many kills: -Dflanstream.kills=20")
class JobManagerLossITCase {
  private static final int RESULTS = 200;

  @TempDir private Path directory;

  @Test
  void goesOnFromTheLastCheckpoint()
      throws ExecutionException, IOException, InterruptedException, TimeoutException {
    try (TestingBroker broker = new TestingBroker(directory);
        TestingCluster cluster = new TestingCluster(directory, "--slots", "2")) {
      TestingTopics topics = new TestingTopics(broker.bootstrapServers());
      topics.create(2, "in", "out", "dead");
      String pipeline =
          TestingPipelines.writeWithSpans(
              directory, broker.bootstrapServers(), "lost", "parallelism: 2");
      cluster.run(0, "run", pipeline);
      try (TestingFeed feed =
          new TestingFeed(broker.bootstrapServers(), "in", 2, Integer.MAX_VALUE)) {
        topics.readUntil("out", RESULTS);
        cluster.kill(LocalCluster.JOB_MANAGER);
        cluster.up("--slots", "2");

        cluster.run(0, "run", pipeline, "--from-savepoint", lastCheckpoint().toString());

        topics.readUntil("out", topics.keys("out").size() + RESULTS);
        feed.end();
        topics.readUntil("out", feed.good().size());
        topics.readUntil("dead", feed.bad().size());
        assertThat(topics.keys("out")).containsExactlyInAnyOrderElementsOf(feed.good());
        assertThat(topics.keys("dead")).containsExactlyInAnyOrderElementsOf(feed.bad());
      }
    }
  }

  private Path lastCheckpoint() throws IOException {
    try (Stream<Path> files = Files.walk(directory.resolve("cluster/checkpoints"))) {
      return files
          .filter(file -> file.endsWith("_metadata"))
          .map(Path::getParent)
          .max(Comparator.comparing(path -> path.toFile().lastModified()))
          .orElseThrow();
    }
  }
}
