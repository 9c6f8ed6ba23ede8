package io.flanstream.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.jobs.broker.EmbeddedKafka;
import io.flanstream.jobs.local.LocalCluster;
import io.flanstream.schemas.Classification;
import io.flanstream.schemas.EnrichedEvent;
import io.flanstream.schemas.Fidelity;
import io.flanstream.schemas.ModelInfo;
import io.flanstream.schemas.Source;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The table of a history while processes of its cluster are killed. */
@Timeout(1200)
class HistoryITCase {
  private static final int COMMITS = 3;
  private static final int KILLS = Integer.getInteger("flanstream.history.kills", 1);
  private static final int DAYS = 3;
  private static final int PARTITIONS = 2;
  private static final Instant FIRST = Instant.parse("2026-02-28T23:59:59.999Z");
  private static final String JOB = "support.triage-history";
  private static final String TASK_MANAGER = LocalCluster.taskManager(1);

  /** Flink waits longer before each restart of a job, up to a minute, unless it is told. */
  private static final String[] OPTIONS = {
    "--task-managers", "1",
    "--slots", "2",
    "-D", "restart-strategy.type=exponential-delay",
    "-D", "restart-strategy.exponential-delay.max-backoff=1 s"
  };

  @TempDir private Path directory;

  /**
   * Every event once, whatever is killed, stopped or cancelled, and started again between; in
   * Iceberg's metadata at any time what Paimon has.
   */
  @Test
  void hasEachEventOnceOnItsDay()
      throws IOException, InterruptedException, ExecutionException, TimeoutException {
    Path table = directory.resolve("warehouse/flanstream.db/support.triage");
    TestingHistory history = new TestingHistory(table);
    TestingIceberg iceberg = new TestingIceberg(new org.apache.flink.core.fs.Path(table.toUri()));
    IcebergReader reader = new IcebergReader(iceberg);
    try (reader;
        EmbeddedKafka kafka = EmbeddedKafka.start();
        TestingCluster cluster = new TestingCluster(directory, OPTIONS)) {
      TestingTopics topics = new TestingTopics(kafka);
      topics.create(PARTITIONS, "in", "out", "dead");
      String pipeline = pipeline(kafka);
      cluster.run(0, "history", pipeline);
      int sent;
      try (TestingFeed feed =
          new TestingFeed(
              kafka.bootstrapServers(),
              "out",
              PARTITIONS,
              Integer.MAX_VALUE,
              HistoryITCase::result)) {
        awaitCommits(history, COMMITS);
        for (int i = 0; i < KILLS; i++) {
          cluster.kill(TASK_MANAGER);
          cluster.up(OPTIONS);
          awaitCommits(history, history.commits().size() + 1);
        }
        assertThat(cluster.run(1, "history", pipeline))
            .contains("job support.triage-history must not run yet on ");
        cluster.run(0, "jobs", "stop", JOB);
        assertThat(cluster.run(0, "history", pipeline)).contains("goes on from savepoint ");
        awaitCommits(history, history.commits().size() + 1);
        cluster.run(0, "jobs", "cancel", JOB);
        assertThat(cluster.run(0, "history", pipeline)).contains("goes on from checkpoint ");
        feed.end();
        sent = feed.sent();
        topics.awaitCommitted("flanstream-support.triage-history", "out");
      }
      cluster.run(0, "jobs", "stop", JOB);

      assertThat(reader.end()).isEqualTo(sent);
      assertThat(history.rows())
          .containsExactlyInAnyOrderElementsOf(
              IntStream.range(0, sent).mapToObj(HistoryITCase::row).toList());
      assertThat(history.days())
          .containsExactly("day=2026-02-28", "day=2026-03-01", "day=2026-03-02");
      assertThat(history.commits()).contains("APPEND", "COMPACT");

      TestingLauncher launcher = new TestingLauncher(TestingLauncher.LAUNCHER, directory);
      // Processes that were killed left files without an end, which a job might still be writing.
      String[] erase = {
        "history", "erase", pipeline, "--stopped", "--id", TestingFeed.id(0), "--id", "nobody"
      };
      assertThat(launcher.run(0, erase)).isEqualTo("Erased 1 event; 1 file was written again.\n");
      assertThat(launcher.run(0, erase))
          .isEqualTo("Erased 0 events; 0 files were written again.\n");
      assertThat(iceberg.count(iceberg.version().orElseThrow()).rows()).isEqualTo(sent - 1);
    }
  }

  /** Counts what Iceberg's metadata has, commit by commit, in a thread of its own. */
  private static final class IcebergReader implements AutoCloseable {
    private final TestingIceberg table;
    private final FutureTask<Long> reading = new FutureTask<>(this::read);
    private volatile boolean ended;

    private IcebergReader(TestingIceberg table) {
      this.table = table;
      new Thread(reading, "iceberg-reader").start();
    }

    /** How many rows the last version has. */
    private long end() throws ExecutionException, InterruptedException {
      ended = true;
      return reading.get();
    }

    private long read() throws IOException, InterruptedException {
      TestingIceberg.Count count = new TestingIceberg.Count(0, 0);
      int read = 0;
      for (boolean last = false; !last; TimeUnit.MILLISECONDS.sleep(50)) {
        last = ended;
        int newest = table.version().orElse(read);
        if (newest != read) {
          TestingIceberg.Count next = table.count(newest);
          assertThat(next.snapshot()).isGreaterThan(count.snapshot());
          assertThat(next.rows())
              .isGreaterThanOrEqualTo(count.rows())
              .isEqualTo(table.paimonRows(next.snapshot()));
          count = next;
          read = newest;
        }
      }
      return count.rows();
    }

    @Override
    public void close() {
      ended = true;
    }
  }

  private static void awaitCommits(TestingHistory history, int commits)
      throws IOException, InterruptedException {
    while (history.commits().size() < commits) {
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  private String pipeline(EmbeddedKafka kafka) throws IOException {
    return Files.writeString(
            directory.resolve("history.yaml"),
            """
            name: support.triage
            kafka: { bootstrap-servers: "%s" }
            source: { topic: in }
            model: { path: unused }
            tasks: [ { name: intent, type: classification, labels: [refund, card] } ]
            sink: { topic: out }
            dead-letters: { topic: dead }
            history: { path: "%s", commit-interval: 500ms, parallelism: 2, iceberg: true }
            """
                .formatted(kafka.bootstrapServers(), directory.resolve("warehouse")))
        .toString();
  }

  private static Instant time(int number) {
    return FIRST.plus(number % DAYS, ChronoUnit.DAYS);
  }

  private static String row(int number) {
    return "%s %s refund"
        .formatted(TestingFeed.id(number), time(number).toString().substring(0, 10));
  }

  static byte[] result(int number) {
    EnrichedEvent event =
        EnrichedEvent.newBuilder()
            .setId(TestingFeed.id(number))
            .setEventTime(time(number))
            .setSource(new Source("in", number % PARTITIONS, (long) number))
            .setClassifications(
                List.of(new Classification("intent", "refund", 0.75, List.of(), false)))
            .setExtractions(List.of())
            .setStatus(List.of())
            .setFidelity(new Fidelity(9, 0, 1, 1))
            .setModel(new ModelInfo("mini", "00ff", "float32", "abc"))
            .build();
    try {
      return TestingTopics.encoded(event);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
