package io.flanstream.jobs.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.flanstream.jobs.local.TestingServers;
import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.schemas.EnrichedEvent;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Histories by jobs that end where their topic ends; each test has a topic. */
@Timeout(300)
class HistoryJobITCase {
  @RegisterExtension private static final TestingServers SERVERS = new TestingServers();

  @TempDir private Path directory;

  private String topic;
  private KafkaProducer<byte[], byte[]> producer;

  @BeforeEach
  void createTopic(TestInfo test) throws InterruptedException {
    topic = test.getTestMethod().orElseThrow().getName();
    SERVERS.kafka().createTopics(2, topic);
    producer = SERVERS.producer();
  }

  @AfterEach
  void close() {
    producer.close();
  }

  @Test
  void goesOnWhereItWas()
      throws ExecutionException, InterruptedException, IOException, SQLException {
    Pipeline pipeline = pipeline("avro", "");
    send("first", TestingResults.bytes(event("first", "0001-01-01T00:00:00Z")));
    send("first", null);
    send("old", TestingResults.bytes(event("old", "1969-12-31T23:59:59.999Z")));
    keep(pipeline);
    send("last", TestingResults.bytes(event("last", "9999-12-31T23:59:59.999Z")));
    keep(pipeline);

    assertThat(
            ask(
                pipeline,
                "SELECT `day`, id, event_time FROM history.enriched ORDER BY id;"
                    + "SELECT `day`, task, label FROM history.classifications WHERE id = 'last';"
                    + "SELECT task, field, `value` FROM history.extractions WHERE id = 'last'"))
        .isEqualTo(
            """
            day,id,event_time\r
            0001-01-01,first,0001-01-01T00:00\r
            9999-12-31,last,9999-12-31T23:59:59.999\r
            1969-12-31,old,1969-12-31T23:59:59.999\r
            day,task,label\r
            9999-12-31,intent,refund\r
            task,field,value\r
            details,amount,20 quid\r
            """);
    // In streaming mode, where functions are asked without waiting, the table would not end.
    assertThat(
            ask(
                pipeline,
                "SET 'model.path' = '%s';".formatted(TestingSql.MODEL)
                    + "SELECT id, CARDINALITY(AI_CLASSIFY(id, ARRAY['a', 'b'])) AS n"
                    + " FROM history.enriched WHERE id <> 'old'"))
        .startsWith("id,n\r\n")
        .contains("first,1\r\n", "last,1\r\n");
    assertThat(
            SqlSession.open(pipeline, SERVERS.flink())
                .plan("SELECT intent FROM history.answers WHERE `day` = DATE '1969-12-31'"))
        .contains("filter=[=(day, 1969-12-31)]");
    assertThat(directory.resolve("flanstream.db").resolve(topic).resolve("day=1969-12-31"))
        .isDirectoryContaining("glob:**/bucket-0");
    assertThat(overJdbc(pipeline, "SELECT id, amount FROM history.answers WHERE id = 'old'"))
        .isEqualTo("old 20 quid");
  }

  @Test
  void readsTheTopicOfEveryRouteAndGoesOnInEach()
      throws ExecutionException, InterruptedException, IOException {
    String refunds = topic + "-refunds";
    SERVERS.kafka().createTopics(1, refunds);
    Pipeline pipeline =
        pipeline("avro, routes: [{when: \"intent = 'refund'\", topic: %s}]".formatted(refunds), "");
    send("a", TestingResults.bytes(event("a", "2026-03-02T00:00:00Z")));
    sendTo(refunds, "b");
    keep(pipeline);
    sendTo(refunds, "c");
    sendTo(refunds, "d");
    keep(pipeline);
    send("e", TestingResults.bytes(event("e", "2026-03-02T00:00:00Z")));
    keep(pipeline);

    assertThat(ask(pipeline, "SELECT id FROM history.enriched ORDER BY id"))
        .isEqualTo("id\r\na\r\nb\r\nc\r\nd\r\ne\r\n");
  }

  /** The state of a run without an end has no end, and a run that has one takes its own. */
  @Test
  void aBoundedRunGoesOnFromOneThatWasStopped()
      throws ExecutionException, InterruptedException, IOException {
    Pipeline pipeline = pipeline("avro", ", commit-interval: 200ms");
    String asked = "SELECT id FROM history.enriched ORDER BY id";
    send("a", TestingResults.bytes(event("a", "2026-03-02T00:00:00Z")));
    JobClient running = HistoryJob.submit(pipeline, Optional.empty(), SERVERS.flink());
    Path snapshots = directory.resolve("flanstream.db").resolve(topic).resolve("snapshot");
    while (!Files.exists(snapshots.resolve("LATEST"))) {
      assertThat(running.getJobStatus().get().isTerminalState()).isFalse();
    }
    String savepoint =
        running
            .stopWithSavepoint(
                false,
                directory.resolve("savepoints").toUri().toString(),
                SavepointFormatType.CANONICAL)
            .get();
    send("b", TestingResults.bytes(event("b", "2026-03-02T00:00:00Z")));

    Configuration from = new Configuration(SERVERS.flink());
    from.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
    keep(pipeline("avro", ", commit-interval: 200ms, retention: 3650 d"), from);
    assertThat(ask(pipeline, asked)).isEqualTo("id\r\na\r\nb\r\n");
  }

  @Test
  void dropsDaysThatAreOlderThanItsRetention()
      throws ExecutionException, InterruptedException, IOException, SQLException {
    Pipeline pipeline = pipeline("avro", ", iceberg: true");
    send("before-1970", TestingResults.bytes(event("before-1970", "1969-07-20T20:17:40Z")));
    send("old", TestingResults.bytes(event("old", daysAgo(33))));
    send("of-that-day", TestingResults.bytes(event("of-that-day", daysAgo(29))));
    keep(pipeline);
    TestingLake lake = new TestingLake(directory);
    assertThat(lake.icebergIds(topic))
        .containsExactlyInAnyOrder("before-1970", "of-that-day", "old");

    Pipeline shorter = pipeline("avro", ", iceberg: true, retention: 30 d");
    send("late", TestingResults.bytes(event("late", daysAgo(30))));
    send("new", TestingResults.bytes(event("new", daysAgo(0))));
    keep(shorter);

    assertThat(ask(pipeline, "SELECT id FROM history.enriched ORDER BY id"))
        .isEqualTo("id\r\nbefore-1970\r\nnew\r\nof-that-day\r\n");
    assertThat(lake.icebergIds(topic))
        .containsExactlyInAnyOrder("before-1970", "new", "of-that-day");
  }

  private static String daysAgo(int days) {
    return Instant.now().minus(days, ChronoUnit.DAYS).toString();
  }

  private void sendTo(String other, String id)
      throws ExecutionException, InterruptedException, IOException {
    TestingResults.send(
        producer, other, id, TestingResults.bytes(event(id, "2026-03-02T00:00:00Z")));
  }

  @Test
  void hasTheTextsOnlyWhereItIsTold() throws ExecutionException, InterruptedException, IOException {
    EnrichedEvent event = event("m-1", "2026-03-02T00:00:00Z");
    event.setText("20 quid back");
    send("m-1", TestingResults.json(event));
    Pipeline without = pipeline("json", "");
    keep(without);
    String asked = "SELECT id, `text`, eventTime FROM history.enriched";
    assertThat(ask(without, asked)).isEqualTo("id,text,eventTime\r\nm-1,,2026-03-02T00:00\r\n");

    event.setId("m-2");
    send("m-2", TestingResults.json(event));
    Pipeline with = pipeline("json", ", keep-text: true");
    keep(with);
    assertThat(ask(with, asked + " WHERE id = 'm-2'"))
        .isEqualTo("id,text,eventTime\r\nm-2,20 quid back,2026-03-02T00:00\r\n");
  }

  /** As the table of a version would be whose records had less. */
  @Test
  void addsWhatItsTableLacks() throws ExecutionException, InterruptedException, IOException {
    Pipeline pipeline = pipeline("avro", "");
    ask(
        pipeline,
        """
        CREATE TABLE paimon.flanstream.`%1$s` (eventTime TIMESTAMP(3), id STRING,
          classifications ARRAY<ROW<task STRING, label STRING, score DOUBLE,
            alternatives ARRAY<ROW<label STRING>>>>,
          fidelity ROW<unknownTokens INT>, `day` DATE)
        PARTITIONED BY (`day`);
        INSERT INTO paimon.flanstream.`%1$s` VALUES (TIMESTAMP '2025-03-02 10:00:00', 'old',
          ARRAY[ROW('intent', 'card', 0.5, ARRAY[ROW('card')])], ROW(7), DATE '2025-03-02')
        """
            .formatted(topic));
    send("m-1", TestingResults.bytes(event("m-1", "2026-03-02T00:00:00Z")));
    keep(pipeline);

    assertThat(
            ask(
                pipeline,
                """
                SELECT id, e.source.`offset`, label, abstained, e.classifications[1].alternatives[1].label
                  AS best, e.classifications[1].alternatives[1].score AS best_score,
                  e.fidelity.inputTokens, e.fidelity.unknownTokens
                FROM history.enriched AS e JOIN history.classifications USING (id) ORDER BY id
                """))
        .isEqualTo(
            """
            id,offset,label,abstained,best,best_score,inputTokens,unknownTokens\r
            m-1,7,refund,false,refund,0.75,9,1\r
            old,,card,,card,,,7\r
            """);
  }

  /** What a later version wrote must not be dropped. */
  @Test
  void leavesTheTableOfALaterVersionAlone() {
    Pipeline pipeline = pipeline("avro", "");
    ask(
        pipeline,
        """
        CREATE TABLE paimon.flanstream.`%1$s` (eventTime TIMESTAMP(3),
          fidelity ROW<inputTokens INT, later INT>, `day` DATE) PARTITIONED BY (`day`)
        """
            .formatted(topic));

    assertThatExceptionOfType(SqlException.class)
        .isThrownBy(() -> keep(pipeline))
        .withMessage(
            "Cannot run statement: column fidelity of `paimon`.`flanstream`.`%s` has fields of a later version",
            topic);
  }

  /** A file system that is away must not take the topics along. */
  @Test
  void aWarehouseThatIsNotThereFailsItsOwnQueriesAlone()
      throws ExecutionException, InterruptedException, IOException {
    Pipeline pipeline = pipeline("avro", "", Path.of("/dev/null/nowhere"));
    send("m-1", TestingResults.bytes(event("m-1", "2026-03-02T00:00:00Z")));

    assertThat(ask(pipeline, "SELECT id, intent FROM answers"))
        .isEqualTo("id,intent\r\nm-1,refund\r\n");
    assertThatExceptionOfType(SqlException.class)
        .isThrownBy(() -> keep(pipeline))
        .withMessageStartingWith("Cannot run statement: ");
  }

  private static void keep(Pipeline pipeline) throws ExecutionException, InterruptedException {
    keep(pipeline, SERVERS.flink());
  }

  private static void keep(Pipeline pipeline, Configuration client)
      throws ExecutionException, InterruptedException {
    HistoryEnd end = HistoryEnd.of(pipeline);
    var unusedResult =
        HistoryJob.submit(pipeline, Optional.of(end), client).getJobExecutionResult().get();
    end.commit(pipeline);
  }

  private static String ask(Pipeline pipeline, String text) {
    StringWriter written = new StringWriter();
    SqlSession.open(pipeline, SERVERS.flink())
        .run(text, ResultFormat.CSV, new PrintWriter(written));
    return written.toString();
  }

  private static String overJdbc(Pipeline pipeline, String query) throws IOException, SQLException {
    try (SqlServer server = SqlServer.start(pipeline, SERVERS.flink(), "127.0.0.1", "0");
        Connection connection = DriverManager.getConnection("jdbc:flink://" + server.address());
        Statement statement = connection.createStatement()) {
      statement.execute("SET 'execution.runtime-mode' = 'batch'");
      try (ResultSet rows = statement.executeQuery(query)) {
        assertThat(rows.next()).isTrue();
        return rows.getString(1) + " " + rows.getString(2);
      }
    }
  }

  private void send(String key, byte[] value) throws ExecutionException, InterruptedException {
    TestingResults.send(producer, topic, key, value);
  }

  private static EnrichedEvent event(String id, String time) {
    EnrichedEvent event = TestingResults.event(id, "refund", "20 quid");
    event.setEventTime(Instant.parse(time));
    return event;
  }

  private Pipeline pipeline(String format, String history) {
    return pipeline(format, history, directory);
  }

  private Pipeline pipeline(String format, String history, Path warehouse) {
    return SERVERS.pipeline(
        topic,
        "sink: { topic: %s, format: %s }".formatted(topic, format),
        "history: { path: \"%s\" %s }".formatted(warehouse, history));
  }
}
