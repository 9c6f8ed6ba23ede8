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
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
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

/** A history that is an Iceberg table too, and what is taken out of it. */
@Timeout(180)
@SuppressWarnings("try") // Paimon's resources may throw anything when they close.
class HistoryErasureITCase {
  private static final List<String> ERASED = List.of("aa-visitor-4711", "zz-visitor-4712");

  @RegisterExtension private static final TestingServers SERVERS = new TestingServers();

  private static final String VISITOR = ERASED.get(0);

  @TempDir private Path directory;
  @TempDir private Path checkpoints;

  /** The erased ids are the bounds of their files' columns, which manifests have. */
  @Test
  void noFileHasAnErasedIdWhileTheJobGoesOn()
      throws ExecutionException, InterruptedException, IOException, SQLException {
    SERVERS.kafka().createTopics(1, "kept");
    Pipeline pipeline = pipeline("kept");
    JobClient job = HistoryJob.submit(pipeline, Optional.empty(), SERVERS.flink());
    send("guest", 20);
    ERASED.forEach(id -> send(id, "2026-03-02T10:00:00Z"));
    awaitCount(pipeline, 22);
    send("friend", 20);
    send(ERASED.get(0), "2026-03-03T10:00:00Z");
    awaitCount(pipeline, 43);
    TestingLake lake = new TestingLake(directory);
    assertThat(lake.filesWith(ERASED)).isNotEmpty();
    assertThat(lake.icebergIds("kept")).hasSize(43).containsAll(ERASED);

    assertThat(HistoryErasure.erase(pipeline, ERASED).events()).isEqualTo(3);
    send("late", 5);
    awaitCount(pipeline, 45);
    end(job);

    assertThat(lake.filesWith(ERASED)).isEmpty();
    assertThat(lake.icebergIds("kept")).hasSize(45).doesNotContainAnyElementsOf(ERASED);
    assertThat(HistoryErasure.erase(pipeline, ERASED)).isEqualTo(HistoryErasure.Erased.NOTHING);
    assertThat(
            ask(
                pipeline,
                "SELECT id, event_time FROM history.enriched WHERE id = 'guest-7';"
                    + "SELECT COUNT(*) AS n FROM history.classifications"))
        .isEqualTo("id,event_time\r\nguest-7,2026-03-02T10:07\r\nn\r\n45\r\n");
  }

  /**
   * What a compaction and a writer left goes, too; what a job has written and not committed stays.
   */
  @Test
  void filesOfNoSnapshotAreErasedUnlessTheyMayBeCommitted()
      throws ExecutionException, InterruptedException, IOException, SQLException {
    SERVERS.kafka().createTopics(1, "left");
    Pipeline pipeline = pipeline("left");
    JobClient job = HistoryJob.submit(pipeline, Optional.empty(), SERVERS.flink());
    send("left", "guest", 3);
    ERASED.forEach(id -> sendTo("left", id, "2026-03-02T10:00:00Z"));
    awaitCount(pipeline, 5);
    end(job);
    TestingLake lake = new TestingLake(directory);
    Path file =
        lake.filesWith(ERASED).stream()
            .filter(path -> path.getFileName().toString().startsWith("data-"))
            .findFirst()
            .orElseThrow();
    Path compacted = Files.copy(file, file.resolveSibling("data-compacted-0.parquet"));
    byte[] bytes = Files.readAllBytes(file);
    Path torn =
        Files.write(
            file.resolveSibling("data-torn-0.parquet"), Arrays.copyOf(bytes, bytes.length / 2));
    Files.setLastModifiedTime(torn, FileTime.from(Instant.now().minus(2, ChronoUnit.HOURS)));
    Path written = Files.write(file.resolveSibling("data-written-0.parquet"), bytes);
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      statement.execute(
          "COPY (SELECT * REPLACE (replace(id, 'guest', 'stranger') AS id) FROM '%s') TO '%s'"
              .formatted(file, written));
    }

    HistoryErasure.Erased erased =
        HistoryErasure.erase(pipeline, ERASED, Optional.of(Duration.ofMillis(300)));

    assertThat(erased.events()).isEqualTo(2);
    assertThat(erased.open()).singleElement().asString().endsWith(written.toString());
    assertThat(compacted).exists();
    assertThat(torn).doesNotExist();
    assertThat(lake.filesWith(ERASED)).containsExactly(written);

    assertThat(HistoryErasure.eraseStopped(pipeline, ERASED))
        .isEqualTo(HistoryErasure.Erased.NOTHING);
    assertThat(lake.filesWith(ERASED)).isEmpty();
  }

  /** What a checkpoint has to commit was committed, then replaced, and the commit forgotten. */
  @Test
  void aJobThatIsStartedAgainKnowsWhatItHasCommitted()
      throws ExecutionException, InterruptedException, IOException, SQLException {
    Pipeline pipeline = pipeline("again", "3 s");
    SERVERS.kafka().createTopics(1, "again");
    Configuration client = new Configuration(SERVERS.flink());
    client.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, checkpoints.toUri().toString());
    for (int start = 0; start < 3; start++) {
      JobClient job = HistoryJob.submit(pipeline, Optional.empty(), client);
      for (String id : List.of("guest-" + start, VISITOR, "friend-" + start)) {
        sendTo("again", id, "2026-03-02T10:00:00Z");
      }
      awaitCount(pipeline, 2 * start + 3);
      end(job);
      assertThat(HistoryErasure.erase(pipeline, List.of(VISITOR)).events()).isEqualTo(1);
      client.set(StateRecoveryOptions.SAVEPOINT_PATH, newest().toUri().toString());
    }

    TestingLake lake = new TestingLake(directory);
    assertThat(lake.filesWith(List.of(VISITOR))).isEmpty();
    assertThat(lake.icebergIds("again"))
        .containsExactlyInAnyOrder(
            "guest-0", "friend-0", "guest-1", "friend-1", "guest-2", "friend-2");
  }

  /** A checkpoint has a compaction to commit, whose files are replaced before it is. */
  @Test
  void aCompactionThatComesTooLateIsLeftOut() throws Exception {
    Pipeline pipeline = pipeline("late");
    SERVERS.kafka().createTopics(1, "late");
    JobClient job = HistoryJob.submit(pipeline, Optional.empty(), SERVERS.flink());
    sendTo("late", "guest", "2026-03-02T10:00:00Z");
    sendTo("late", VISITOR, "2026-03-02T10:00:00Z");
    awaitCount(pipeline, 2);
    sendTo("late", "friend", "2026-03-02T10:00:00Z");
    awaitCount(pipeline, 3);
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

      assertThat(HistoryErasure.erase(pipeline, List.of(VISITOR)).events()).isEqualTo(1);
      assertThat(new TestingLake(directory).filesWith(List.of(VISITOR))).isEmpty();

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

  @Test
  void whereThereIsNoHistoryNothingIsErased() {
    assertThatThrownBy(() -> HistoryErasure.erase(pipeline("nothing"), ERASED))
        .isInstanceOf(IOException.class)
        .hasMessage("Cannot erase: %s has no history of nothing yet", directory.toUri());
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

  private static void awaitCount(Pipeline pipeline, int rows) throws InterruptedException {
    String wanted = "n\r\n%s\r\n".formatted(rows);
    while (!ask(pipeline, "SELECT COUNT(*) AS n FROM history.enriched").equals(wanted)) {
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }

  private static String ask(Pipeline pipeline, String text) {
    StringWriter written = new StringWriter();
    SqlSession.open(pipeline, SERVERS.flink())
        .run(text, ResultFormat.CSV, new PrintWriter(written));
    return written.toString();
  }

  /** Cancelled, a job may still be deleting files. */
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

  private static void send(String prefix, int events) {
    send("kept", prefix, events);
  }

  private static void send(String topic, String prefix, int events) {
    for (int i = 0; i < events; i++) {
      sendTo(topic, prefix + "-" + i, String.format(Locale.ROOT, "2026-03-02T10:%02d:00Z", i));
    }
  }

  private static void send(String id, String time) {
    sendTo("kept", id, time);
  }

  private static void sendTo(String topic, String id, String time) {
    try (KafkaProducer<byte[], byte[]> producer = SERVERS.producer()) {
      EnrichedEvent event = TestingResults.event(id, "refund", "20 quid");
      event.setEventTime(Instant.parse(time));
      TestingResults.send(producer, topic, id, TestingResults.bytes(event));
    } catch (IOException | ExecutionException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private Pipeline pipeline(String name) {
    return pipeline(name, "500 ms");
  }

  private Pipeline pipeline(String name, String interval) {
    return SERVERS.pipeline(
        name,
        "sink: { topic: %s, format: avro }".formatted(name),
        "history: { path: \"%s\", iceberg: true, commit-interval: %s }"
            .formatted(directory, interval));
  }
}
