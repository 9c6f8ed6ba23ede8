package io.flanstream.integration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.jobs.local.LocalCluster;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.ToLongFunction;
import org.apache.flink.util.TimeUtils;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** The shipped checkpoint at full load; memory is flat over the second half of the time. */
@Timeout(value = 8, unit = TimeUnit.HOURS)
@EnabledIfSystemProperty(
    named = "flanstream.soak",
    matches = ".+",
    disabledReason = "takes as long as it is told: -Dflanstream.soak=10m")
class SoakITCase {
  private static final Duration LENGTH =
      TimeUtils.parseDuration(System.getProperty("flanstream.soak", "0s"));
  private static final int SAMPLES = 60;
  private static final int BACKLOG = 20_000;
  private static final String ENRICHED = "enrich.model.eventsEnriched";
  private static final Path MODEL = TestingLauncher.ROOT.resolve("deploy/models/flan-mini");
  private static final double MEBI = 1 << 20;
  // What a fit over the second half may grow by, of the mean.
  private static final double FLAT = 0.02;
  // What is in flight differs from one collection to the next.
  private static final double NOISE_MEBI = 8;

  @TempDir private Path directory;

  private int written;

  @Test
  void memoryIsFlat()
      throws ExecutionException, IOException, InterruptedException, TimeoutException {
    try (TestingBroker broker = new TestingBroker(directory);
        TestingCluster cluster =
            new TestingCluster(
                directory,
                "--slots",
                "2",
                // Or the heap's pages would come one by one.
                "-D",
                "env.java.opts.taskmanager=-XX:+AlwaysPreTouch")) {
      TestingTopics topics = new TestingTopics(broker.bootstrapServers());
      topics.create(2, "in", "out", "dead");
      cluster.run(
          0,
          "run",
          TestingPipelines.write(
              directory, broker.bootstrapServers(), "soak", MODEL, "parallelism: 2"));
      write(topics, 2 * BACKLOG);
      cluster.metrics().awaitAtLeast(ENRICHED, 1);

      List<TestingMemory> samples = sample(cluster, topics);

      long enriched = cluster.metrics().sum(ENRICHED);
      System.out.printf(Locale.ROOT, "%s events enriched in %s%n", enriched, LENGTH);
      assertThat(cluster.metrics().restarts()).isZero();
      assertThat(written - enriched).as("what is still to do").isPositive();
      assertFlat("resident", samples, TestingMemory::resident);
      assertFlat("anonymous", samples, TestingMemory::anonymous);
      assertFlat("heap", samples, TestingMemory::heap);
    }
  }

  private List<TestingMemory> sample(TestingCluster cluster, TestingTopics topics)
      throws ExecutionException, IOException, InterruptedException {
    List<TestingMemory> samples = new ArrayList<>();
    long pid = cluster.pid(LocalCluster.taskManager(1));
    for (int sample = 0; sample < SAMPLES; sample++) {
      TimeUnit.NANOSECONDS.sleep(LENGTH.dividedBy(SAMPLES).toNanos());
      if (written - cluster.metrics().sum(ENRICHED) < BACKLOG) {
        write(topics, BACKLOG);
      }
      TestingMemory memory = TestingMemory.of(pid);
      samples.add(memory);
      System.out.printf(
          Locale.ROOT,
          "%3s: resident %.1f MiB, anonymous %.1f MiB, heap after a collection %.1f MiB%n",
          sample,
          memory.resident() / MEBI,
          memory.anonymous() / MEBI,
          memory.heap() / MEBI);
    }
    return samples;
  }

  private void write(TestingTopics topics, int count)
      throws ExecutionException, InterruptedException {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String text = "card %s was lost in town %s".formatted(written, written % 1000);
      records.add(
          new ProducerRecord<>(
              "in",
              written % 2,
              null,
              "{\"id\": \"%s\", \"text\": \"%s\"}".formatted(written, text).getBytes(UTF_8)));
      written++;
    }
    topics.write(records);
  }

  /** Least squares over the second half. */
  private static void assertFlat(
      String name, List<TestingMemory> samples, ToLongFunction<TestingMemory> figure) {
    double[] second =
        samples.subList(SAMPLES / 2, SAMPLES).stream()
            .mapToLong(figure)
            .mapToDouble(bytes -> bytes / MEBI)
            .toArray();
    double middle = (second.length - 1) / 2.0;
    double mean = 0;
    for (double value : second) {
      mean += value / second.length;
    }
    double products = 0;
    double squares = 0;
    for (int i = 0; i < second.length; i++) {
      products += (i - middle) * (second[i] - mean);
      squares += (i - middle) * (i - middle);
    }
    double growth = products / squares * (second.length - 1);
    System.out.printf(
        Locale.ROOT,
        "%s: %.1f MiB on average over the second half, grew by %.2f MiB%n",
        name,
        mean,
        growth);
    assertThat(growth)
        .as("growth of %s memory in MiB", name)
        .isLessThan(Math.max(FLAT * mean, NOISE_MEBI));
  }
}
