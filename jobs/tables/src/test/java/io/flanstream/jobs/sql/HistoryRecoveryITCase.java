package io.flanstream.jobs.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flanstream.jobs.local.TestingServers;
import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.schemas.EnrichedEvent;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.paimon.append.AppendCompactTask;
import org.apache.paimon.catalog.Catalog;
import org.apache.paimon.catalog.CatalogContext;
import org.apache.paimon.catalog.CatalogFactory;
import org.apache.paimon.catalog.Identifier;
import org.apache.paimon.flink.FlinkFileIOLoader;
import org.apache.paimon.io.DataFileMeta;
import org.apache.paimon.operation.BaseAppendFileStoreWrite;
import org.apache.paimon.options.Options;
import org.apache.paimon.table.FileStoreTable;
import org.apache.paimon.table.sink.CommitMessage;
import org.apache.paimon.table.sink.StreamTableCommit;
import org.apache.paimon.table.source.DataSplit;
import org.apache.paimon.table.source.Split;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A job that keeps a history goes on from its checkpoints after events were erased. */
@Timeout(120)
@SuppressWarnings("try") // Paimon's resources may throw anything when they close.
class HistoryRecoveryITCase {
  private static final String ERASED = "visitor-4711";
  private static final Duration ENOUGH = Duration.ofSeconds(60);

  @RegisterExtension private static final TestingServers SERVERS = new TestingServers();

  @TempDir private Path directory;
  @TempDir private Path checkpoints;

  /** What its checkpoint has to commit was committed, then replaced, and the commit forgotten. */
  @Test
  void knowsWhatItHasCommitted()
      throws ExecutionException, InterruptedException, IOException, SQLException {
    Pipeline pipeline = pipeline("again", "3 s");
    SERVERS.kafka().createTopics(1, "again");
    Configuration client = new Configuration(SERVERS.flink());
    client.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, checkpoints.toUri().toString());
    for (int start = 0; start < 3; start++) {
      JobClient job = HistoryJob.submit(pipeline, Optional.empty(), client);
      send("again", "guest-" + start, ERASED, "friend-" + start);
      awaitCount(pipeline, 2 * start + 3, job);
      end(job);
      assertThat(HistoryErasure.erase(pipeline, List.of(ERASED)).events()).isEqualTo(1);
      client.set(StateRecoveryOptions.SAVEPOINT_PATH, newest().toUri().toString());
    }

    TestingLake lake = new TestingLake(directory);
    assertThat(lake.filesWith(List.of(ERASED))).isEmpty();
    assertThat(lake.icebergIds("again"))
        .containsExactlyInAnyOrder(
            "guest-0", "friend-0", "guest-1", "friend-1", "guest-2", "friend-2");
  }

  /** A checkpoint has a compaction to commit, whose files are replaced before it is. */
  @Test
  void leavesOutACompactionThatComesTooLate() throws Exception {
    Pipeline pipeline = pipeline("late", "500 ms");
    SERVERS.kafka().createTopics(1, "late");
    JobClient job = HistoryJob.submit(pipeline, Optional.empty(), SERVERS.flink());
    send("late", "guest", ERASED);
    awaitCount(pipeline, 2, job);
    send("late", "friend");
    awaitCount(pipeline, 3, job);
    end(job);
    String user = "a job";
    Options options = Options.fromMap(HistoryTable.catalogOptions(pipeline));
    try (Catalog catalog =
        CatalogFactory.createCatalog(
            CatalogContext.create(options, null, new FlinkFileIOLoader()))) {
      FileStoreTable table =
          (FileStoreTable) catalog.getTable(Identifier.create(HistoryTable.DATABASE, "late"));
      try (StreamTableCommit commit = commit(table, user)) {
        commit.commit(1, List.of());
      }
      Map<Long, List<CommitMessage>> checkpoint = Map.of(2L, List.of(compaction(table, user)));

      assertThat(HistoryErasure.erase(pipeline, List.of(ERASED)).events()).isEqualTo(1);
      assertThat(new TestingLake(directory).filesWith(List.of(ERASED))).isEmpty();

      try (StreamTableCommit commit = commit(table, user)) {
        assertThatThrownBy(() -> commit.filterAndCommit(checkpoint))
            .hasMessageContaining("conflicts");
      }
      try (StreamTableCommit commit = commit(table, user)) {
        assertThat(commit.filterAndCommit(checkpoint)).isZero();
      }
    }
    assertThat(new TestingLake(directory).icebergIds("late"))
        .containsExactlyInAnyOrder("guest", "friend");
  }

  private static StreamTableCommit commit(FileStoreTable table, String user) {
    return table.newStreamWriteBuilder().withCommitUser(user).newCommit();
  }

  private static CommitMessage compaction(FileStoreTable table, String user) throws Exception {
    List<DataFileMeta> files = new ArrayList<>();
    DataSplit last = null;
    for (Split split : table.newReadBuilder().newScan().plan().splits()) {
      last = (DataSplit) split;
      files.addAll(last.dataFiles());
    }
    return new AppendCompactTask(last.partition(), files)
        .doCompact(table, (BaseAppendFileStoreWrite) table.store().newWrite(user));
  }

  private static void awaitCount(Pipeline pipeline, int rows, JobClient job)
      throws ExecutionException, InterruptedException {
    String wanted = "n\r\n%s\r\n".formatted(rows);
    long end = System.nanoTime() + ENOUGH.toNanos();
    while (!count(pipeline).equals(wanted)) {
      assertThat(System.nanoTime()).as("%s of %s", count(pipeline), rows).isLessThan(end);
      assertThat(job.getJobStatus().get().isTerminalState()).isFalse();
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }

  private static String count(Pipeline pipeline) {
    StringWriter written = new StringWriter();
    SqlSession.open(pipeline, SERVERS.flink())
        .run(
            "SELECT COUNT(*) AS n FROM history.enriched",
            ResultFormat.CSV,
            new PrintWriter(written));
    return written.toString();
  }

  /** As a kill leaves it, with its last checkpoint. */
  private static void end(JobClient job) throws ExecutionException, InterruptedException {
    job.cancel().get();
    while (!job.getJobStatus().get().isGloballyTerminalState()) {
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  private Path newest() throws IOException {
    try (Stream<Path> files = Files.walk(checkpoints)) {
      return files
          .filter(file -> file.endsWith("_metadata"))
          .max(Comparator.comparing(file -> file.toFile().lastModified()))
          .orElseThrow()
          .getParent();
    }
  }

  private static void send(String topic, String... ids) {
    try (KafkaProducer<byte[], byte[]> producer = SERVERS.producer()) {
      for (String id : ids) {
        EnrichedEvent event = TestingResults.event(id, "refund", "20 quid");
        event.setEventTime(Instant.parse("2026-03-02T10:00:00Z"));
        TestingResults.send(producer, topic, id, TestingResults.bytes(event));
      }
    } catch (IOException | ExecutionException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private Pipeline pipeline(String name, String interval) {
    return SERVERS.pipeline(
        name,
        "sink: { topic: %s, format: avro }".formatted(name),
        "history: { path: \"%s\", iceberg: true, commit-interval: %s }"
            .formatted(directory, interval));
  }
}
