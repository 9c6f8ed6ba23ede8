package io.flanstream.jobs.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flanstream.jobs.local.TestingServers;
import java.io.File;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Array;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.Statement;
import java.sql.Struct;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The driver on a gateway, by the calls that DBeaver and other clients make. */
@Timeout(600)
class JdbcDriverITCase {
  @TempDir private static Path directory;
  @RegisterExtension private static final TestingServers SERVERS = new TestingServers();
  private static SqlServer server;

  private Connection connection;
  private Statement statement;

  @BeforeAll
  static void serve() throws IOException, ExecutionException, InterruptedException {
    SERVERS.kafka().createTopics(1, "enriched", "dead-letters");
    try (KafkaProducer<byte[], byte[]> producer = SERVERS.producer()) {
      for (String label : new String[] {"refund", null, "refund"}) {
        TestingResults.send(producer, "enriched", TestingResults.event("m", label, "20 quid"));
      }
    }
    server = SqlServer.start(SERVERS.pipeline("support-triage"), SERVERS.flink(), "127.0.0.1", "0");
  }

  @AfterAll
  static void stop() throws IOException {
    server.close();
  }

  @BeforeEach
  void connect() throws SQLException {
    // Clients pass a user whether or not there is one.
    connection = DriverManager.getConnection(url(""), "analyst", "");
    statement = connection.createStatement();
  }

  @AfterEach
  void disconnect() throws SQLException {
    statement.close();
    connection.close();
  }

  /** Flink's own driver and ours: the first statement of a session aggregates. */
  @Test
  void aggregatesAreWholeFromTheFirstStatement() throws SQLException {
    String query = "SELECT label, COUNT(*) AS n FROM classifications GROUP BY label";
    assertThat(rows(query)).containsExactlyInAnyOrder("refund 2", "null 1");
    try (Connection flinks = DriverManager.getConnection("jdbc:flink://" + server.address());
        Statement asked = flinks.createStatement();
        ResultSet result = asked.executeQuery(query)) {
      List<String> rows = new ArrayList<>();
      while (result.next()) {
        rows.add(result.getString(1) + " " + result.getLong(2));
      }
      assertThat(rows).containsExactlyInAnyOrder("refund 2", "null 1");
    }
  }

  @Test
  void programOfThePageRunsAsPrinted() throws IOException, InterruptedException {
    String page =
        Files.readString(TestingSql.ROOT.resolve("deploy/docs/jdbc.md"), StandardCharsets.UTF_8);
    Matcher program = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL).matcher(page);
    assertThat(program.find()).isTrue();
    Path source = Files.writeString(directory.resolve("CountLabels.java"), program.group(1));
    Process java =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                driver(),
                source.toString(),
                url(""))
            .redirectErrorStream(true)
            .start();
    String printed = new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(printed.lines().toList()).containsExactlyInAnyOrder("refund 2", "null 1");
    assertThat(java.waitFor()).isZero();
  }

  /** The driver and what it is built on, of all that is on the class path. */
  private static String driver() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> entry.contains("jdbc") || entry.contains("jackson"))
        .collect(Collectors.joining(File.pathSeparator));
  }

  @Test
  void replacedRowsAreRefusedRatherThanRepeated() throws SQLException {
    statement.execute("SET 'execution.runtime-mode' = 'streaming'");
    assertThatThrownBy(() -> rows("SELECT COUNT(*) FROM classifications"))
        .isInstanceOf(SQLException.class)
        .hasMessage(
            "Cannot read rows: a result's rows must stay, got one that a later row replaces; ask in"
                + " batch mode: SET 'execution.runtime-mode' = 'batch'");
  }

  @Test
  void metadataListsWhatThereIs() throws SQLException {
    DatabaseMetaData meta = connection.getMetaData();
    assertThat(meta.getDatabaseProductName()).isEqualTo("Apache Flink");
    assertThat(meta.getDatabaseMajorVersion()).isEqualTo(2);
    assertThat(rows(meta.getCatalogs())).containsExactly("support-triage");
    assertThat(rows(meta.getSchemas()))
        .containsExactly("live support-triage", "snapshot support-triage");
    assertThat(column(meta.getTables("support-triage", "snapshot", "%", null), "TABLE_NAME"))
        .containsExactly(
            "answers", "classifications", "connection", "dead_letters", "enriched", "extractions");
    assertThat(column(meta.getTables(null, "live", "%s", new String[] {"VIEW"}), "TABLE_NAME"))
        .containsExactly("answers", "classifications", "extractions");
    assertThat(column(meta.getTables(null, null, "dead\\_letters", null), "TABLE_SCHEM"))
        .containsExactly("live", "snapshot");
    assertThat(rows(meta.getTableTypes())).containsExactly("TABLE", "VIEW");
    List<String> columns = new ArrayList<>();
    try (ResultSet found = meta.getColumns("support-triage", "snapshot", "answers", "%")) {
      while (found.next()) {
        columns.add(
            "%s %s %s %s %s"
                .formatted(
                    found.getInt("ORDINAL_POSITION"),
                    found.getString("COLUMN_NAME"),
                    found.getString("TYPE_NAME"),
                    found.getInt("DATA_TYPE"),
                    found.getString("IS_NULLABLE")));
      }
    }
    assertThat(columns)
        .containsExactly(
            "1 id STRING 12 NO",
            "2 event_time TIMESTAMP(3) 93 NO",
            "3 record_time TIMESTAMP_LTZ(3) 93 YES",
            "4 intent STRING 12 YES",
            "5 intent_score DOUBLE 8 YES",
            "6 amount STRING 12 YES",
            "7 date STRING 12 YES");
    assertThat(column(meta.getTypeInfo(), "TYPE_NAME")).contains("STRING", "DECIMAL", "ROW");
    statement.execute(
        "CREATE TEMPORARY TABLE keyed (a INT, b STRING, PRIMARY KEY (b) NOT ENFORCED)"
            + " WITH ('connector' = 'datagen')");
    assertThat(column(meta.getPrimaryKeys("support-triage", "snapshot", "keyed"), "COLUMN_NAME"))
        .containsExactly("b");
    assertThat(rows(meta.getIndexInfo(null, null, "answers", false, true))).isEmpty();
    assertThat(rows(meta.getImportedKeys(null, null, "answers"))).isEmpty();
    assertThat(rows(meta.getProcedures(null, null, "%"))).isEmpty();
    assertThat(meta.supportsTransactions()).isFalse();
  }

  @Test
  void sessionIsWhereTheUrlSays() throws SQLException {
    try (Connection live =
        DriverManager.getConnection(
            url("/support-triage/live?table.local-time-zone=Asia%2FTokyo"))) {
      assertThat(live.getCatalog()).isEqualTo("support-triage");
      assertThat(live.getSchema()).isEqualTo("live");
      live.setSchema("snapshot");
      assertThat(live.getSchema()).isEqualTo("snapshot");
      assertThat(live.isValid(1)).isTrue();
      live.setAutoCommit(false);
      live.commit();
      try (Statement asked = live.createStatement();
          ResultSet result = asked.executeQuery("SELECT TO_TIMESTAMP_LTZ(1772442845250, 3)")) {
        assertThat(result.next()).isTrue();
        assertThat(result.getString(1)).isEqualTo("2026-03-02 18:14:05.25");
        assertThat(result.getTimestamp(1).toInstant())
            .isEqualTo(Instant.parse("2026-03-02T09:14:05.250Z"));
        assertThat(result.getObject(1, OffsetDateTime.class).toInstant())
            .isEqualTo(Instant.parse("2026-03-02T09:14:05.250Z"));
      }
    }
    connection.close();
    assertThat(connection.isValid(1)).isFalse();
  }

  @Test
  void parametersAreValuesWhateverIsInThem() throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement(
            "SELECT id, ? AS given FROM answers WHERE intent = ? AND event_time = ?"
                + " AND intent_score > ? AND '?' <> ? LIMIT ?")) {
      query.setString(1, "it's; -- \\ \"?\" é");
      query.setString(2, "refund");
      query.setTimestamp(3, Timestamp.valueOf("2026-03-02 09:14:05.25"));
      query.setDouble(4, -0.5);
      query.setBigDecimal(5, new BigDecimal("-1"));
      query.setInt(6, 1);
      assertThatThrownBy(query::executeQuery).isInstanceOf(SQLException.class);
      query.setString(5, "");
      assertThat(query.getParameterMetaData().getParameterCount()).isEqualTo(6);
      assertThat(rows(query.executeQuery())).containsExactly("m it's; -- \\ \"?\" é");
      query.setNull(1, Types.VARCHAR);
      assertThat(rows(query.executeQuery())).containsExactly("m null");
    }
  }

  @Test
  void nestedValuesAreArraysAndRows() throws SQLException {
    try (ResultSet result =
        statement.executeQuery("SELECT classifications, source, attributes FROM enriched")) {
      ResultSetMetaData meta = result.getMetaData();
      assertThat(meta.getColumnType(1)).isEqualTo(Types.ARRAY);
      assertThat(meta.getColumnType(2)).isEqualTo(Types.STRUCT);
      assertThat(meta.getColumnTypeName(3)).isEqualTo("MAP<STRING, STRING>");
      assertThat(result.next()).isTrue();
      Array classifications = (Array) result.getObject("classifications");
      Struct first = (Struct) ((Object[]) classifications.getArray())[0];
      assertThat(first.getAttributes()[1]).isEqualTo("refund");
      assertThat(((Array) first.getAttributes()[3]).getBaseType()).isEqualTo(Types.STRUCT);
      assertThat(((Struct) result.getObject(2)).getAttributes()).containsExactly("messages", 1, 7L);
      assertThat(result.getObject(3)).isEqualTo(Map.of("channel", "bank"));
      assertThat(result.getString(3)).isEqualTo("{\"channel\":\"bank\"}");
      assertThat(result.getString(2))
          .isEqualTo("{\"topic\":\"messages\",\"partition\":1,\"offset\":7}");
      try (ResultSet elements = classifications.getResultSet()) {
        assertThat(elements.next()).isTrue();
        assertThat(elements.getInt(1)).isEqualTo(1);
      }
    }
  }

  @Test
  void valuesKeepTheirTypes() throws SQLException {
    try (ResultSet result =
        statement.executeQuery(
            "SELECT CAST('12345678901234567890.123456789' AS DECIMAL(38, 18)) AS d,"
                + " DATE '2026-03-02' AS day_of, TIMESTAMP '2026-03-02 09:14:05.25' AS at_,"
                + " X'01AB' AS b, CAST(0.1 AS FLOAT) AS f, CAST(NULL AS INT) AS n, TRUE AS t,"
                + " 9007199254740993 AS l, MAP[1, 2] IS NULL AS m")) {
      assertThat(result.isBeforeFirst()).isTrue();
      assertThat(result.next()).isTrue();
      assertThat(result.isLast()).isTrue();
      assertThat(result.getBigDecimal("d").toPlainString())
          .isEqualTo("12345678901234567890.123456789000000000");
      assertThat(result.getObject("day_of", LocalDate.class)).isEqualTo("2026-03-02");
      assertThat(result.getObject("AT_", LocalDateTime.class)).isEqualTo("2026-03-02T09:14:05.25");
      assertThat(result.getBytes("b")).containsExactly(1, 0xAB);
      assertThat(result.getDouble("f")).isEqualTo(0.1);
      assertThat(result.getInt("n")).isZero();
      assertThat(result.wasNull()).isTrue();
      assertThat(result.getObject("t")).isEqualTo(true);
      assertThat(result.getLong("l")).isEqualTo(9_007_199_254_740_993L);
      assertThatThrownBy(() -> result.getInt("l"))
          .hasMessage("Cannot read value: it must be Integer, got 9007199254740993");
      assertThatThrownBy(() -> result.getInt("x"))
          .hasMessage(
              "Cannot read column: its name must be one of [d, day_of, at_, b, f, n, t, l, m], got x");
      assertThat(result.next()).isFalse();
    }
    assertThatThrownBy(() -> rows("SELECT MAP[1, 2]"))
        .hasMessage("Cannot run statement: the keys of a MAP must be STRING over JDBC; CAST it");
  }

  @Test
  void queryIsBoundedCancelledAndTimed() throws SQLException {
    statement.setMaxRows(2);
    assertThat(rows("SELECT id FROM enriched")).hasSize(2);
    statement.setMaxRows(0);
    statement.setFetchSize(200);
    String endless = "SELECT id FROM live.enriched";
    statement.execute("SET 'execution.runtime-mode' = 'streaming'");
    try (ResultSet result = statement.executeQuery(endless)) {
      assertThat(result.next()).isTrue();
      CompletableFuture<Void> cancelled = CompletableFuture.runAsync(this::cancel);
      assertThatThrownBy(() -> rows(result))
          .hasMessage("Cannot read rows: the statement was cancelled");
      cancelled.join();
    }
    statement.setQueryTimeout(1);
    assertThatThrownBy(() -> rows(endless))
        .isInstanceOf(SQLTimeoutException.class)
        .hasMessage("Cannot run statement: it must end within 1 s, and has not");
  }

  private void cancel() {
    try {
      statement.cancel();
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void failureSaysWhereAndWhy() {
    assertThatThrownBy(() -> rows("SELECT nothing FROM enriched"))
        .isInstanceOf(SQLException.class)
        .hasMessage(
            "Cannot run statement: Column 'nothing' not found in any table (line 1, column 8)");
    assertThatThrownBy(() -> DriverManager.getConnection("jdbc:flanstream://127.0.0.1:1"))
        .isInstanceOf(SQLException.class)
        .hasMessageStartingWith("Cannot reach the SQL gateway at 127.0.0.1:1: ");
  }

  private static String url(String path) {
    return "jdbc:flanstream://" + server.address() + path;
  }

  private List<String> rows(String query) throws SQLException {
    return rows(statement.executeQuery(query));
  }

  private static List<String> column(ResultSet result, String name) throws SQLException {
    List<String> values = new ArrayList<>();
    while (result.next()) {
      values.add(result.getString(name));
    }
    return values;
  }

  private static List<String> rows(ResultSet result) throws SQLException {
    List<String> rows = new ArrayList<>();
    int columns = result.getMetaData().getColumnCount();
    while (result.next()) {
      StringJoiner row = new StringJoiner(" ");
      for (int i = 1; i <= columns; i++) {
        row.add(result.getString(i));
      }
      rows.add(row.toString());
    }
    return rows;
  }
}
