package io.flanstream.jobs.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flanstream.jobs.local.TestingServers;
import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.pipeline.Position;
import io.flanstream.schemas.EnrichedEvent;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.concurrent.ExecutionException;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.types.Row;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class SqlSessionITCase {
  @RegisterExtension private static final TestingServers SERVERS = new TestingServers();
  private static SqlSession session;
  private static Instant begun;

  @BeforeAll
  static void fillTopics() throws IOException, ExecutionException, InterruptedException {
    begun = Instant.now();
    SERVERS
        .kafka()
        .createTopics(
            2, "enriched", "dead-letters", "enriched-json", "enriched-typed", "dead-letters-json");
    Map<String, Object> settings =
        Map.of("bootstrap.servers", SERVERS.kafka().bootstrapServers(), "transactional.id", "test");
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      producer.initTransactions();
      producer.beginTransaction();
      TestingResults.send(producer, "enriched", TestingResults.event("m-1", "refund", "20 quid"));
      TestingResults.send(producer, "enriched", TestingResults.event("m-2", null, "£43, \"now\""));
      TestingResults.send(producer, "enriched", "m-3", null);
      TestingResults.send(
          producer, "dead-letters", "m-4", TestingResults.bytes(TestingResults.deadLetter()));
      TestingResults.send(
          producer,
          "enriched-json",
          "m-1",
          TestingResults.json(TestingResults.event("m-1", "refund", "20 quid")));
      TestingResults.send(
          producer, "dead-letters-json", "m-4", TestingResults.json(TestingResults.deadLetter()));
      for (EnrichedEvent event : TestingResults.typed()) {
        TestingResults.send(producer, "enriched-typed", event);
      }
      producer.commitTransaction();
      producer.beginTransaction();
      TestingResults.send(producer, "enriched", TestingResults.event("m-5", "refund", "never"));
      producer.abortTransaction();
    }
    session = SqlSession.open(pipeline("avro", ""), SERVERS.flink());
  }

  @Test
  void viewsAreFlat() {
    assertThat(
            run(
                "SELECT id, event_time, task, label, score, abstained FROM classifications"
                    + " ORDER BY id",
                ResultFormat.CSV))
        .isEqualTo(
            """
            id,event_time,task,label,score,abstained\r
            m-1,2026-03-02T09:14:05.250,intent,refund,0.75,false\r
            m-2,2026-03-02T09:14:05.250,intent,,0.75,true\r
            """);
    assertThat(
            run(
                "SELECT id, task, field, `value`, `start`, `end`, score FROM extractions"
                    + " ORDER BY id",
                ResultFormat.CSV))
        .isEqualTo(
            """
            id,task,field,value,start,end,score\r
            m-1,details,amount,20 quid,3,10,0.5\r
            m-2,details,amount,"£43, ""now""\",3,10,0.5\r
            """);
  }

  @Test
  void everyAnswerIsAColumnOfTheWideView() {
    assertThat(undated(run("SELECT * FROM answers ORDER BY id", ResultFormat.CSV)))
        .isEqualTo(
            """
            id,event_time,record_time,intent,intent_score,amount,date,details_intent_score\r
            m-1,2026-03-02T09:14:05.250,NOW,refund,0.75,20 quid,,\r
            m-2,2026-03-02T09:14:05.250,NOW,,0.75,"£43, ""now""\",,\r
            """);
  }

  @Test
  void fieldsOfATypeAreColumnsOfIt() {
    SqlSession typed =
        SqlSession.open(
            pipeline(
                "avro",
                "-typed",
                "{name: seats, type: integer}, {name: price, type: decimal}, {name: day, type:"
                    + " date}, {name: size, type: enum, choices: [small, large]}"),
            SERVERS.flink());
    assertThat(
            run(
                typed,
                "SELECT SUM(seats) + 1 AS seats, COUNT(seats) AS counted, MAX(price) * 2 AS price,"
                    + " MAX(`day`) + INTERVAL '1' DAY AS next_day, MAX(size) AS size FROM answers;"
                    + "SELECT `value`, type, typed_value FROM extractions WHERE field = 'day'",
                ResultFormat.CSV))
        .isEqualTo(
            """
            seats,counted,price,next_day,size\r
            1201,1,19.0000000,2026-11-24,large\r
            value,type,typed_value\r
            "Nov 23, 2026",date,2026-11-23\r
            """);
  }

  @Test
  void otherTopicsAreTablesLikeTheConnection() {
    assertThat(
            run(
                """
                CREATE TABLE letters (stage STRING, code STRING)
                WITH ('topic' = 'dead-letters-json', 'format' = 'json') LIKE connection;
                SELECT * FROM letters;
                """,
                ResultFormat.CSV))
        .isEqualTo("stage,code\r\nDESERIALIZE,INVALID_JSON\r\n");
    run("DROP TABLE letters", ResultFormat.CSV);
  }

  /** By the watermarks that the topic's table declares; only the end of it makes the last ones. */
  @Test
  void viewsHaveEventTimeInStreamingMode() {
    String windows =
        """
        SELECT window_start, COUNT(*) AS messages
        FROM TABLE(TUMBLE(TABLE answers, DESCRIPTOR(event_time), INTERVAL '1' MINUTE))
        GROUP BY window_start, window_end
        """;
    assertThat(
            run(
                "SET 'execution.runtime-mode' = 'streaming'; %s; SET 'execution.runtime-mode' = 'batch'"
                    .formatted(windows),
                ResultFormat.CSV))
        .isEqualTo(
            """
            op,window_start,messages\r
            +I,2026-03-02T09:14,2\r
            """);
  }

  @Test
  void liveTablesGoOnWithWhatComes() throws ExecutionException, InterruptedException, IOException {
    SERVERS.kafka().createTopics(1, "enriched-live", "dead-letters-live");
    SqlSession live =
        SqlSession.open(
            pipeline("avro", "-live"),
            SERVERS.flink(),
            new SqlSettings(RuntimeExecutionMode.STREAMING, new Position.Earliest()));
    try (KafkaProducer<byte[], byte[]> producer = SERVERS.producer();
        SqlResult result = live.execute("SELECT id, intent FROM answers")) {
      for (String id : List.of("m-1", "m-2")) {
        TestingResults.send(
            producer,
            "enriched-live",
            id,
            TestingResults.bytes(TestingResults.event(id, "refund", "20 quid")));
        assertThat(result.hasNext()).isTrue();
        assertThat(result.next()).isEqualTo(Row.of("+I", id, "refund"));
      }
    }
  }

  @Test
  void tablesBeginWhereTheyAreTold() {
    SqlSession later =
        SqlSession.open(
            pipeline("avro", ""),
            SERVERS.flink(),
            new SqlSettings(RuntimeExecutionMode.BATCH, new Position.Time(Instant.now())));
    StringWriter written = new StringWriter();
    later.run("SELECT COUNT(*) AS n FROM enriched", ResultFormat.CSV, new PrintWriter(written));
    later.run(
        "SELECT COUNT(*) AS n FROM enriched /*+ OPTIONS('scan.startup.timestamp-millis' = '%s') */"
            .formatted(begun.toEpochMilli()),
        ResultFormat.CSV,
        new PrintWriter(written));
    assertThat(written.toString()).isEqualTo("n\r\n0\r\nn\r\n2\r\n");
  }

  /** As any program would that knows JDBC and nothing of Flink. */
  @Test
  void sessionsOfTheGatewayHaveThePipelinesTables() throws IOException, SQLException {
    try (SqlServer server =
            SqlServer.start(pipeline("avro", ""), SERVERS.flink(), "127.0.0.1", "0");
        Connection connection = DriverManager.getConnection("jdbc:flink://" + server.address());
        Statement statement = connection.createStatement()) {
      assertThat(server.address()).startsWith("127.0.0.1:");
      assertThat(rows(statement, "SELECT id, intent FROM answers ORDER BY id"))
          .containsExactly("m-1 refund", "m-2 null");
      assertThat(rows(statement, "SELECT label, COUNT(*) FROM classifications GROUP BY label"))
          .containsExactlyInAnyOrder("refund 1", "null 1");
      assertThatThrownBy(
              () -> rows(statement, "SELECT AI_CLASSIFY(id, ARRAY['a', 'b']) FROM enriched"))
          .hasStackTraceContaining("Cannot open checkpoint: ");
      statement.execute("CREATE VIEW of_mine AS SELECT id FROM enriched");
      try (Connection another = DriverManager.getConnection("jdbc:flink://" + server.address());
          Statement elsewhere = another.createStatement()) {
        assertThatThrownBy(() -> rows(elsewhere, "SELECT * FROM of_mine"))
            .hasStackTraceContaining("Object 'of_mine' not found");
      }
      assertThatThrownBy(() -> rows(statement, "SELECT nothing FROM enriched"))
          .hasStackTraceContaining("Column 'nothing' not found in any table");
    }
  }

  private static List<String> rows(Statement statement, String query) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (ResultSet result = statement.executeQuery(query)) {
      int columns = result.getMetaData().getColumnCount();
      while (result.next()) {
        StringJoiner row = new StringJoiner(" ");
        for (int i = 1; i <= columns; i++) {
          row.add(String.valueOf(result.getObject(i)));
        }
        rows.add(row.toString());
      }
    }
    return rows;
  }

  @Test
  void everyFieldOfTheRecordsIsAColumn() {
    assertThat(undated(run("SELECT * FROM enriched WHERE id = 'm-1'", ResultFormat.JSON)))
        .isEqualTo(
            """
            {"id":"m-1","eventTime":"2026-03-02T09:14:05.250",\
            "source":{"topic":"messages","partition":1,"offset":7},\
            "attributes":{"channel":"bank"},"text":null,\
            "classifications":[{"task":"intent","label":"refund","score":0.75,\
            "alternatives":[{"label":"refund","score":0.75,"rawScore":null}],"abstained":false}],\
            "extractions":[{"task":"details","fields":[{"name":"amount","value":"20 quid",\
            "start":3,"end":10,"score":0.5,"type":null,"typedValue":null}],"absent":["date"]}],\
            "status":[{"task":"intent","state":"OK","code":null,"message":null}],\
            "fidelity":{"inputTokens":9,"truncatedTokens":0,"unknownTokens":1,"windows":1},\
            "model":{"name":"mini","weightsHash":"00ff","dtype":"float32",\
            "taskSetVersion":"abc"},"record_time":"NOW","event_time":"2026-03-02T09:14:05.250"}
            """);
    assertThat(undated(run("SELECT * FROM dead_letters", ResultFormat.JSON)))
        .isEqualTo(
            """
            {"source":{"topic":"messages","partition":0,"offset":9},"key":"bS00","payload":null,\
            "payloadLength":0,"payloadHash":"e3b0","headers":[{"name":"h","value":"dg=="}],\
            "stage":"DESERIALIZE","code":"INVALID_JSON","message":"no JSON","attempts":1,"leftOut":null,"redacted":null,\
            "record_time":"NOW"}
            """);
  }

  @Test
  void tablesAreAligned() {
    assertThat(
            run(
                "SELECT label, COUNT(*) AS messages FROM classifications GROUP BY label"
                    + " ORDER BY label",
                ResultFormat.TABLE))
        .isEqualTo(
            """
            label   messages
            ──────  ────────
            NULL           1
            refund         1
            2 rows
            """);
  }

  @Test
  void listsItsTables() {
    assertThat(session.tables())
        .containsExactly(
            "answers", "classifications", "connection", "dead_letters", "enriched", "extractions");
    assertThat(session.names()).contains("event_time", "payloadHash");
  }

  /** When Kafka had the records is not known. */
  private static String undated(String rows) {
    return rows.replaceAll("\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z", "NOW");
  }

  private static String run(String statements, ResultFormat format) {
    return run(session, statements, format);
  }

  private static String run(SqlSession session, String statements, ResultFormat format) {
    StringWriter written = new StringWriter();
    session.run(statements, format, new PrintWriter(written));
    return written.toString();
  }

  @Test
  void jsonTopicsAreTheSameTables() {
    SqlSession json = SqlSession.open(pipeline("json", "-json"), SERVERS.flink());
    assertThat(
            run(
                json,
                "SELECT id, event_time, label, field, x.score FROM classifications"
                    + " JOIN extractions AS x USING (id, event_time);"
                    + "SELECT `key`, stage FROM dead_letters",
                ResultFormat.CSV))
        .isEqualTo(
            """
            id,event_time,label,field,score\r
            m-1,2026-03-02T09:14:05.250,refund,amount,0.5\r
            key,stage\r
            bS00,DESERIALIZE\r
            """);
  }

  private static Pipeline pipeline(String format, String suffix) {
    return pipeline(format, suffix, "amount, date, intent_score");
  }

  private static Pipeline pipeline(String format, String suffix, String fields) {
    return SERVERS.pipeline(
        "test-1",
        """
        tasks:
          - { name: intent, type: classification, labels: [refund, other] }
          - { name: details, type: extraction, fields: [%s] }
        """
            .formatted(fields),
        "sink: { topic: enriched%s, format: %s }".formatted(suffix, format),
        "dead-letters: { topic: dead-letters%s, format: %s }".formatted(suffix, format));
  }
}
