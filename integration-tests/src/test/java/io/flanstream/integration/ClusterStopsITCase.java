package io.flanstream.integration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.jobs.local.LocalCluster;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A job on a cluster is ended in every way, and its pipeline sent again by the same command: every
 * record comes out once.
 *
 * <p>{@code -Dflanstream.stops=200 -Dflanstream.stops.records=200000} makes it long.
 */
@Timeout(value = 6, unit = TimeUnit.HOURS)
class ClusterStopsITCase {
  private static final int STOPS = Integer.getInteger("flanstream.stops", 4);
  private static final int RECORDS = Integer.getInteger("flanstream.stops.records", 2000);
  private static final long SEED = Long.getLong("flanstream.stops.seed", 20261128);
  private static final int LONGEST_MILLIS = 3000;
  private static final int PARTITIONS = 2;
  private static final String NAME = "stopped";

  private final Random random = new Random(SEED);

  @TempDir private Path directory;
  private TestingCluster cluster;

  private enum Way {
    STOP,
    CANCEL,
    KILL_JOB_MANAGER,
    KILL_TASK_MANAGER
  }

  @Test
  void everyRecordOnce() throws ExecutionException, IOException, InterruptedException {
    try (TestingBroker broker = new TestingBroker(directory);
        TestingCluster own = new TestingCluster(directory, "--slots", "2")) {
      cluster = own;
      TestingTopics topics = new TestingTopics(broker.bootstrapServers());
      topics.create(PARTITIONS, "in", "out", "dead");
      String pipeline =
          TestingPipelines.write(directory, broker.bootstrapServers(), NAME, "parallelism: 2");
      int sent = 0;
      boolean runs = false;
      for (int stop = 0; stop < STOPS; stop++) {
        int end = sent + RECORDS / STOPS;
        topics.write(IntStream.range(sent, end).mapToObj(ClusterStopsITCase::record).toList());
        sent = end;
        if (!runs) {
          String said = cluster.run(0, "run", pipeline);
          assertThat(said).contains(stop == 0 ? "first start" : "goes on from ");
        }
        TimeUnit.MILLISECONDS.sleep(random.nextInt(LONGEST_MILLIS));
        Way way = Way.values()[stop % Way.values().length];
        System.out.printf(Locale.ROOT, "stop %d: %s%n", stop, way);
        runs = end(way);
        if (stop % 20 == 19) {
          broker.killAndRestart();
        }
      }
      if (!runs) {
        cluster.run(0, "run", pipeline);
      }
      List<String> ids = new ArrayList<>();
      for (int i = 0; i < sent; i++) {
        ids.add(TestingFeed.id(i));
      }
      topics.readUntil("out", sent);
      cluster.run(0, "jobs", "stop", NAME);
      assertThat(topics.keys("out")).containsExactlyInAnyOrderElementsOf(ids);
    }
  }

  /** Ends the job; whether it goes on by itself. */
  private boolean end(Way way) throws IOException, InterruptedException {
    switch (way) {
      case STOP -> {
        long begun = System.nanoTime();
        String said = cluster.run(0, "jobs", "stop", NAME).strip();
        assertThat(said).startsWith("file:").contains("/savepoints/").doesNotContain(",");
        System.out.printf(Locale.ROOT, "stopped in %.1f s%n", (System.nanoTime() - begun) / 1e9);
        return false;
      }
      case CANCEL -> {
        assertThat(cluster.run(0, "jobs", "cancel", NAME))
            .contains("The next flanstream run goes on from the last checkpoint in file:");
        return false;
      }
      case KILL_JOB_MANAGER -> {
        cluster.kill(LocalCluster.JOB_MANAGER);
        cluster.up("--slots", "2");
        return false;
      }
      default -> {
        cluster.kill(LocalCluster.taskManager(1));
        cluster.up("--slots", "2");
        return true;
      }
    }
  }

  private static ProducerRecord<byte[], byte[]> record(int number) {
    String id = TestingFeed.id(number);
    return new ProducerRecord<>(
        "in",
        number % PARTITIONS,
        id.getBytes(UTF_8),
        ("{\"id\": \"" + id + "\", \"text\": \"card lost\"}").getBytes(UTF_8));
  }
}
