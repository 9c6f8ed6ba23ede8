package io.flanstream.integration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Flink checkpoints every second while the model has more to do than it can. */
@Timeout(value = 1, unit = TimeUnit.HOURS)
@EnabledIfSystemProperty(
    named = "flanstream.saturation",
    matches = "\\d+",
    disabledReason = "as many checkpoints as it is told: -Dflanstream.saturation=100")
class SaturationITCase {
  private static final int CHECKPOINTS = Integer.getInteger("flanstream.saturation", 0);
  private static final int IN_FLIGHT = 32;
  private static final int WIDTH = 256;
  private static final int LAYERS = 4;
  private static final int WORDS = 120;
  private static final int BACKLOG = 500 * CHECKPOINTS;
  // Of the places that may be taken: each batch that is answered leaves some empty for a moment.
  private static final double FULL = 0.8;

  private static final String ENRICHED = "enrich.model.eventsEnriched";

  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource({"false, false", "true, false", "false, true"})
  void checkpointsCompleteInTime(boolean unaligned, boolean watermarks)
      throws ExecutionException, IOException, InterruptedException, TimeoutException {
    Path model = directory.resolve("model");
    TestingCheckpoint.write(model, WIDTH, LAYERS);
    try (TestingBroker broker = new TestingBroker(directory);
        TestingCluster cluster =
            new TestingCluster(
                directory, "--slots", "1", "-D", "metrics.fetcher.update-interval=200 ms")) {
      TestingTopics topics = new TestingTopics(broker.bootstrapServers());
      topics.create(1, "in", "out", "dead");
      String pipeline =
          TestingPipelines.write(
              directory,
              broker.bootstrapServers(),
              "saturated",
              model,
              "max-in-flight: %s, watermarks: %s".formatted(IN_FLIGHT, watermarks));
      topics.write(IntStream.range(0, BACKLOG).mapToObj(SaturationITCase::message).toList());
      cluster.run(
          0, "run", pipeline, "-D", "execution.checkpointing.unaligned.enabled=" + unaligned);
      cluster.metrics().awaitAtLeast(ENRICHED, IN_FLIGHT);
      // Flink counts those as failed that it could not begin before the model was loaded.
      long failed = count(cluster.metrics(), "failed");
      Load load = untilCompleted(cluster.metrics());
      System.out.printf(
          Locale.ROOT,
          "unaligned %s, watermarks %s: %.1f events/s, %s%n",
          unaligned,
          watermarks,
          load.rate(),
          inTime(cluster.metrics(), load.taken()));
      assertThat(count(cluster.metrics(), "failed")).as("failed").isEqualTo(failed);
      assertThat(cluster.metrics().sum(ENRICHED)).as("of a backlog").isLessThan(BACKLOG);
    }
  }

  private static ProducerRecord<byte[], byte[]> message(int number) {
    String text = number + " card lost".repeat(WORDS / 2);
    return new ProducerRecord<>(
        "in", "{\"id\": \"%s\", \"text\": \"%s\"}".formatted(number, text).getBytes(UTF_8));
  }

  /**
   * What the job does while its checkpoints complete.
   *
   * @param taken the part of the places in Flink's queue that the model had not answered, on
   *     average
   * @param rate events a second
   */
  private record Load(double taken, double rate) {}

  private static Load untilCompleted(TestingClusterMetrics metrics)
      throws IOException, InterruptedException {
    long begun = System.nanoTime();
    long before = metrics.sum(ENRICHED);
    long until = count(metrics, "completed") + CHECKPOINTS;
    List<Long> samples = new ArrayList<>();
    while (count(metrics, "completed") < until) {
      samples.add(metrics.sum("enrich.model.eventsInFlight"));
      TimeUnit.MILLISECONDS.sleep(100);
    }
    double seconds = (System.nanoTime() - begun) / 1e9;
    return new Load(
        samples.stream().mapToLong(Long::longValue).average().orElseThrow() / IN_FLIGHT,
        (metrics.sum(ENRICHED) - before) / seconds);
  }

  private static long count(TestingClusterMetrics metrics, String what)
      throws IOException, InterruptedException {
    return metrics.checkpoints().get("counts").get(what).longValue();
  }

  /** The figures of the checkpoints, which must have been in time. */
  private static String inTime(TestingClusterMetrics metrics, double taken)
      throws IOException, InterruptedException {
    JsonNode checkpoints = metrics.checkpoints();
    double p99 = checkpoints.get("summary").get("end_to_end_duration").get("p99").doubleValue();
    double batch =
        (double)
                (metrics.sum("enrich.model.encodeMillis") + metrics.sum("enrich.model.scoreMillis"))
            / metrics.sum("enrich.model.encoderBatches");
    assertThat(taken).as("part of the queue's places that were taken").isGreaterThan(FULL);
    assertThat(p99).isLessThanOrEqualTo(2 * batch + 1000);
    return String.format(
        Locale.ROOT,
        "%.0f %% of the queue's places taken, %s, p99 %.0f ms, a batch %.0f ms",
        100 * taken,
        checkpoints.get("counts"),
        p99,
        batch);
  }
}
