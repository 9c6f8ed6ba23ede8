package io.flanstream.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.jobs.broker.EmbeddedKafka;
import io.flanstream.jobs.local.LocalCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two jobs of four slots each on one TaskManager, and one of them again, over a large checkpoint:
 * one copy of the weights. {@link ClusterITCase} has the short form.
 *
 * <p>{@code -Dflanstream.reuse.width=1024 -Dflanstream.reuse.layers=24} takes a checkpoint of 3.7
 * GB, for which the second job's first result must come in a tenth of the time of the first's;
 * {@code -Dflanstream.reuse.model="dtype: int8, threads: 2"} gives the model other options.
 */
@EnabledIfSystemProperty(named = "flanstream.reuse.width", matches = "\\d+")
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class ModelReuseITCase {
  private static final String TASK_MANAGER = LocalCluster.taskManager(1);
  private static final int WIDTH = Integer.getInteger("flanstream.reuse.width", 128);
  private static final int LAYERS = Integer.getInteger("flanstream.reuse.layers", 2);
  private static final String OPTIONS = System.getProperty("flanstream.reuse.model", "threads: 1");
  private static final int SLOTS = 4;

  /** Bytes of weights beside whose loading the 0.7 s that Kafka's source takes to start are few. */
  private static final long LARGE = 3_000_000_000L;

  private static final long OTHER_MEMORY = 200_000_000;
  private static final double SHARE = 0.1;

  @TempDir private Path directory;
  private TestingCluster cluster;
  private TestingTopics topics;
  private int results;

  @Test
  void jobsShareAModelAndFindItAgain() throws IOException, InterruptedException, TimeoutException {
    Path model = directory.resolve("model");
    long bytes = TestingCheckpoint.write(model, WIDTH, LAYERS);
    try (EmbeddedKafka kafka = EmbeddedKafka.start();
        TestingCluster started = new TestingCluster(directory, "--slots", "8")) {
      cluster = started;
      topics = new TestingTopics(kafka);
      topics.create(SLOTS, "in", "out", "dead");
      String one = pipeline("one", kafka, model);
      String two = pipeline("two", kafka, model);
      try (TestingFeed feed = new TestingFeed(kafka.bootstrapServers(), "in", SLOTS, SLOTS)) {
        feed.awaitSent(SLOTS);
      }
      long first = firstResult(one);
      long memory = anonymousBytes();
      cluster.run(0, "jobs", "cancel", "one");
      long second = firstResult(one);
      firstResult(two);
      long both = anonymousBytes();
      System.out.printf(
          Locale.ROOT,
          "weights %,d bytes; first result of the first job %,d ms after open(), of the second %,d"
              + " ms; anonymous memory %,d bytes with one job, %,d with two of four slots%n",
          bytes,
          first,
          second,
          memory,
          both);

      assertThat(cluster.logged(TASK_MANAGER, "Opened model"))
          .singleElement()
          .asString()
          .contains("load 1 of this process");
      assertThat(both - memory).isLessThan(Math.max(bytes / 10, OTHER_MEMORY));
      if (bytes > LARGE) {
        assertThat((double) second / first).isLessThan(SHARE);
      }
    }
  }

  private String pipeline(String name, EmbeddedKafka kafka, Path model) throws IOException {
    Path file =
        Path.of(TestingPipelines.write(directory, kafka, name, model, "parallelism: " + SLOTS));
    return Files.writeString(file, Files.readString(file).replace("threads: 1", OPTIONS))
        .toString();
  }

  /**
   * Runs a job over one record a subtask.
   *
   * @return milliseconds from the opening of the subtask that had the first result to this result
   */
  private long firstResult(String pipeline)
      throws IOException, InterruptedException, TimeoutException {
    cluster.run(0, "run", pipeline);
    results += SLOTS;
    topics.readUntil("out", results);
    cluster.metrics().awaitAtLeast("enrich.model.eventsEnriched", SLOTS);
    return cluster.metrics().least("enrich.model.firstResultMillis");
  }

  /** Memory that no file backs: mapped weights are not in it, packed ones are. */
  private long anonymousBytes() throws IOException, InterruptedException {
    return TestingMemory.of(cluster.pid(TASK_MANAGER)).anonymous();
  }
}
