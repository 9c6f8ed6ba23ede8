package io.flanstream.jobs.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.flanstream.jobs.local.TestingServers;
import io.flanstream.jobs.pipeline.Pipeline;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What people see of statements: of those that fail, and of rows that are wide. */
class SqlPeopleITCase {
  @RegisterExtension private static final TestingServers SERVERS = new TestingServers();
  private static SqlSession session;

  @BeforeAll
  static void fillTopics() throws IOException, ExecutionException, InterruptedException {
    SERVERS
        .kafka()
        .createTopics(1, "enriched", "dead-letters", "enriched-json", "dead-letters-json");
    try (KafkaProducer<byte[], byte[]> producer = SERVERS.producer()) {
      var first = TestingResults.event("m-1", "refund", "20 quid");
      TestingResults.send(producer, "enriched", first);
      TestingResults.send(producer, "enriched", TestingResults.event("m-2", null, "£43, \"now\""));
      TestingResults.send(producer, "enriched-json", "m-1", TestingResults.json(first));
    }
    session = SqlSession.open(pipeline("avro", ""), SERVERS.flink());
  }

  @Test
  void saysInOneLineWhatIsWrong() {
    assertThatExceptionOfType(SqlException.class)
        .isThrownBy(() -> run("SELECT nothing FROM enriched", ResultFormat.CSV))
        .withMessage(
            "Cannot run statement: Column 'nothing' not found in any table (line 1, column 8)");
    assertThatExceptionOfType(SqlException.class)
        .isThrownBy(() -> run("SELECT 1;\n\n  SELECT intnt\nFROM answers", ResultFormat.CSV))
        .withMessage(
            "Cannot run statement: Column 'intnt' not found in any table; did you mean intent?"
                + " (line 3, column 10)");
    assertThatExceptionOfType(SqlException.class)
        .isThrownBy(() -> run("SELECT id FROM answer", ResultFormat.CSV))
        .withMessage(
            "Cannot run statement: Object 'answer' not found; did you mean answers?"
                + " (line 1, column 16)");
    assertThatExceptionOfType(SqlException.class)
        .isThrownBy(() -> run("SELECT AI_CLASIFY(id, ARRAY['a']) FROM answers", ResultFormat.CSV))
        .withMessageContaining("did you mean AI_CLASSIFY?");
    assertThatExceptionOfType(SqlException.class)
        .isThrownBy(() -> run("SELECT id, date FROM answers", ResultFormat.CSV))
        .withMessageContaining("date is a word of SQL: as a name it is `date` (line 1, column ");
    assertThatExceptionOfType(SqlException.class)
        .isThrownBy(() -> run("SELECT id FROM answers WHERE intent = \"refund\"", ResultFormat.CSV))
        .withMessageContaining("a text is in single quotes, a name in backticks");
    assertThatExceptionOfType(SqlException.class)
        .isThrownBy(() -> run("SELEKT 1", ResultFormat.CSV))
        .withMessage("Cannot run statement: Non-query expression encountered in illegal context");
    assertThatExceptionOfType(SqlException.class)
        .isThrownBy(() -> run("SELECT 1 / (COUNT(*) - 2) FROM enriched", ResultFormat.CSV))
        .withMessageStartingWith("Cannot run statement: / by zero");
  }

  @Test
  void rowsAreListsOfValuesWhereThatIsAsked() {
    assertThat(
            run("SELECT id, intent, amount FROM answers WHERE id = 'm-2'", ResultFormat.EXPANDED))
        .isEqualTo(
            """
            ── row 1 ──
            id      m-2
            intent  NULL
            amount  £43, "now"
            1 row
            """);
  }

  @Test
  void whatBelongsToThePipelineStays() {
    for (String statement :
        List.of(
            "DROP TABLE enriched",
            "DROP VIEW live.answers",
            "ALTER TABLE enriched RENAME TO mine",
            "ALTER TABLE enriched SET ('topic' = 'other')",
            "DROP FUNCTION utc_time",
            "DROP DATABASE live CASCADE")) {
      assertThatExceptionOfType(SqlException.class)
          .as(statement)
          .isThrownBy(() -> run(statement, ResultFormat.CSV))
          .withMessageContaining("it belongs to the pipeline");
    }
    run("CREATE VIEW mine AS SELECT id FROM enriched; DROP VIEW mine", ResultFormat.CSV);
    assertThat(run("SELECT COUNT(*) AS n FROM answers", ResultFormat.CSV)).isEqualTo("n\r\n2\r\n");
  }

  /** The table that {@code flanstream schema} prints, in a Flink that has no catalog of ours. */
  @Test
  void printedTableReadsTheTopic() {
    for (String format : List.of("avro", "json")) {
      String table =
          RecordSchema.of(
              pipeline(format, format.equals("avro") ? "" : "-json"),
              RecordSchema.Records.ENRICHED,
              RecordSchema.Form.SQL);
      assertThat(table).as("no task writes").doesNotContain("generations");
      assertThat(
              run(
                  "%s SELECT id, t.classifications[1].label AS label, attributes['channel'] AS channel FROM others AS t WHERE id = 'm-1'; DROP TABLE others"
                      .formatted(
                          table
                              .replace("CREATE TABLE `enriched`", "CREATE TABLE others")
                              .replace(
                                  "'scan.startup.mode'",
                                  "'scan.bounded.mode' = 'latest-offset',\n  'scan.startup.mode'")),
                  ResultFormat.CSV))
          .as(table)
          .isEqualTo("id,label,channel\r\nm-1,refund,bank\r\n");
    }
  }

  /** The table would take hours to read. */
  @Test
  @Timeout(120)
  void limitDoesNotReadOn() {
    run(
        "CREATE TEMPORARY TABLE slow (i BIGINT) WITH ('connector' = 'datagen',"
            + " 'rows-per-second' = '10', 'number-of-rows' = '1000000')",
        ResultFormat.CSV);
    assertThat(run("SELECT i IS NULL AS n FROM slow LIMIT 3", ResultFormat.CSV))
        .isEqualTo("n\r\nfalse\r\nfalse\r\nfalse\r\n");
  }

  private static String run(String statements, ResultFormat format) {
    StringWriter written = new StringWriter();
    session.run(statements, format, new PrintWriter(written));
    return written.toString();
  }

  private static Pipeline pipeline(String format, String suffix) {
    return SERVERS.pipeline(
        "test-1",
        "sink: { topic: enriched%s, format: %s }".formatted(suffix, format),
        "dead-letters: { topic: dead-letters%s, format: %s }".formatted(suffix, format));
  }
}
