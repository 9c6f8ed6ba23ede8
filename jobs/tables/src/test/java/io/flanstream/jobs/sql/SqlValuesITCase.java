package io.flanstream.jobs.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.jobs.local.TestingServers;
import io.flanstream.jobs.pipeline.PipelineFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How values are shown, without Kafka. */
class SqlValuesITCase {
  private static final String NUMBERS =
      """
      SELECT CAST(0 AS DECIMAL(38, 18)) AS a, CAST('0.00000012' AS DECIMAL(38, 18)) AS b,
        CAST(0.1 AS FLOAT) AS c, CAST(123456789012.5 AS DOUBLE) AS d,
        ARRAY[CAST('0.00000012' AS DECIMAL(20, 10))] AS e
      """;

  @RegisterExtension private static final TestingServers SERVERS = new TestingServers();
  private static SqlSession session;

  @BeforeAll
  static void start() throws IOException {
    session =
        SqlSession.open(
            PipelineFile.parse(
                """
                name: test
                kafka: { bootstrap-servers: "127.0.0.1:1" }
                source: { topic: messages }
                model: { path: none }
                tasks: [ { name: intent, type: classification, labels: [a, b] } ]
                sink: { topic: enriched }
                dead-letters: { topic: dead-letters }
                """,
                "test",
                Path.of("")),
            SERVERS.flink());
  }

  @Test
  void numbersHaveNoExponentThatFlinksOwnClientWouldNotPrint() {
    assertThat(run(NUMBERS, ResultFormat.CSV))
        .isEqualTo(
            "a,b,c,d,e\r\n0.000000000000000000,0.000000120000000000,0.1,1.234567890125E11,"
                + "[0.0000001200]\r\n");
    assertThat(run(NUMBERS, ResultFormat.JSON))
        .isEqualTo(
            "{\"a\":0.000000000000000000,\"b\":0.000000120000000000,\"c\":0.1,"
                + "\"d\":1.234567890125E11,\"e\":[0.0000001200]}\n");
    assertThat(run(NUMBERS, ResultFormat.TABLE))
        .contains("0.000000000000000000", "0.000000120000000000", " 0.1  ", "1.234567890125E11");
  }

  @Test
  void aProgramGetsDataAlone() {
    String statements =
        "SET 'table.dml-sync' = 'true'; CREATE TABLE t (x INT) WITH ('connector'"
            + " = 'datagen'); DROP TABLE t; SELECT 1 AS x";
    assertThat(run(statements, ResultFormat.CSV)).isEqualTo("x\r\n1\r\n");
    assertThat(run(statements, ResultFormat.JSON)).isEqualTo("{\"x\":1}\n");
  }

  @Test
  void bytesThatAreTextAreReadable() {
    String bytes = "SELECT ARRAY[ENCODE('café', 'UTF-8')] AS a, x'00ff' AS b, x'6142' AS c";
    assertThat(run(bytes, ResultFormat.TABLE)).contains("[\"café\"]  AP8=  aB");
    assertThat(run(bytes, ResultFormat.JSON))
        .isEqualTo("{\"a\":[\"Y2Fmw6k=\"],\"b\":\"AP8=\",\"c\":\"YUI=\"}\n");
  }

  @Test
  void fileSaysOnTheTerminalHowFarItIs() throws IOException {
    StringWriter written = new StringWriter();
    StringWriter terminal = new StringWriter();
    session.run(
        "CREATE TEMPORARY TABLE slow (i BIGINT) WITH ('connector' = 'datagen', 'rows-per-second'"
            + " = '2', 'number-of-rows' = '6'); SELECT COUNT(*) AS n FROM slow",
        ResultFormat.CSV,
        new PrintWriter(written),
        new PrintWriter(terminal));
    assertThat(written).hasToString("n\r\n6\r\n");
    assertThat(terminal.toString()).containsPattern("\\d s").endsWith("\r\033[K");
  }

  @Test
  void plansAndStatementsAreWhole() {
    String wide = "SELECT '%s' AS x".formatted("wide ".repeat(30));
    assertThat(run("EXPLAIN " + wide, ResultFormat.TABLE))
        .startsWith("== Abstract Syntax Tree ==\n")
        .contains("wide ".repeat(30));
    assertThat(run("SHOW CREATE TABLE enriched", ResultFormat.TABLE))
        .startsWith("CREATE TABLE ")
        .contains("WATERMARK FOR `event_time`", "\n");
    assertThat(run(wide, ResultFormat.TABLE)).contains("wide ".repeat(30).strip());
  }

  private static String run(String statements, ResultFormat format) {
    StringWriter written = new StringWriter();
    session.run(statements, format, new PrintWriter(written));
    return written.toString();
  }
}
