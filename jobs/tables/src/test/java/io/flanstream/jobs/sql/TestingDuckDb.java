package io.flanstream.jobs.sql;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The records of a pipeline in DuckDB: those of the topics as JSON, those of the history as its
 * Parquet files. Its views are written anew, and know nothing of Flink's.
 */
final class TestingDuckDb implements AutoCloseable {
  private static final String EVENTS =
      """
      CREATE TABLE enriched AS
      SELECT *, eventTime::TIMESTAMP AS event_time, NULL::DATE AS "day" FROM read_json('%s', columns = {
        id: 'VARCHAR', eventTime: 'VARCHAR', text: 'VARCHAR', record_time: 'TIMESTAMP',
        source: 'STRUCT(topic VARCHAR, "partition" INTEGER, "offset" BIGINT)',
        attributes: 'MAP(VARCHAR, VARCHAR)',
        classifications: 'STRUCT(task VARCHAR, label VARCHAR, score DOUBLE, abstained BOOLEAN)[]',
        extractions: 'STRUCT(task VARCHAR, fields STRUCT("name" VARCHAR, "value" VARCHAR,
          "start" INTEGER, "end" INTEGER, score DOUBLE, "type" VARCHAR, typedValue VARCHAR)[])[]',
        status: 'STRUCT(task VARCHAR, code VARCHAR)[]',
        fidelity: 'STRUCT(inputTokens INTEGER, unknownTokens INTEGER)',
        model: 'STRUCT(dtype VARCHAR)'})
      """;
  private static final String HISTORY =
      """
      CREATE TABLE enriched AS
      SELECT *, eventTime AS event_time, eventTime::DATE AS "day", NULL::TIMESTAMP AS record_time
      FROM read_parquet('%s/**/bucket-*/*.parquet', hive_partitioning = false)
      """;
  private static final String LETTERS =
      """
      CREATE TABLE dead_letters AS SELECT * FROM read_json('%s', columns = {
        stage: 'VARCHAR', code: 'VARCHAR', message: 'VARCHAR', payloadLength: 'BIGINT',
        attempts: 'INTEGER', source: 'STRUCT("offset" BIGINT)', leftOut: 'VARCHAR[]',
        record_time: 'TIMESTAMP'})
      """;
  private static final String VIEWS =
      """
      CREATE MACRO answer(fields, wanted) AS list_filter(fields, lambda x: x."name" = wanted)[1];
      CREATE VIEW classifications AS
      SELECT id, event_time, record_time, "day", c.task, c.label, c.score, c.abstained
      FROM (SELECT *, unnest(classifications) AS c FROM enriched);
      CREATE VIEW extractions AS
      SELECT id, event_time, record_time, "day", x.task, f."name" AS field, f."value", f."start", f."end",
        f.score, f."type", f.typedValue AS typed_value
      FROM (SELECT *, unnest(x.fields) AS f FROM (SELECT *, unnest(extractions) AS x FROM enriched));
      CREATE VIEW answers AS
      SELECT id, event_time, record_time, "day", c.label AS intent, c.score AS intent_score,
        answer(f, 'amount')."value" AS amount, answer(f, 'date')."value" AS "date",
        TRY_CAST(answer(f, 'seats').typedValue AS BIGINT) AS seats,
        TRY_CAST(answer(f, 'price').typedValue AS DECIMAL(38, 18)) AS price,
        answer(f, 'size').typedValue AS size
      FROM (
        SELECT *, list_filter(classifications, lambda x: x.task = 'intent')[1] AS c,
          list_filter(extractions, lambda x: x.task = 'details')[1].fields AS f
        FROM enriched);
      """;

  /** Windows of time by DuckDB's means. */
  private static final Map<String, String> WINDOWS =
      Map.of(
          "TUMBLE",
          "(SELECT *, date_trunc('hour', event_time) AS window_start,"
              + " window_start + INTERVAL 1 HOUR AS window_end FROM $1)",
          "HOP",
          "(SELECT *, window_start + INTERVAL 1 HOUR AS window_end FROM (SELECT *,"
              + " unnest([half, half - INTERVAL 30 MINUTE]) AS window_start FROM (SELECT *,"
              + " time_bucket(INTERVAL 30 MINUTE, event_time) AS half FROM $1)))",
          "CUMULATE",
          "(SELECT *, window_start + to_minutes(length) AS window_end FROM (SELECT *,"
              + " date_trunc('hour', event_time) AS window_start,"
              + " unnest(CASE WHEN minute(event_time) < 30 THEN [30, 60] ELSE [60] END) AS length"
              + " FROM $1))");

  private final Connection connection;

  private TestingDuckDb(Connection connection) {
    this.connection = connection;
  }

  /** Records of the topics, a JSON object a line, {@code record_time} with them. */
  static TestingDuckDb ofTopics(Path events, Path letters) throws SQLException {
    return open(EVENTS.formatted(events), LETTERS.formatted(letters));
  }

  /** The events of a history. */
  static TestingDuckDb ofHistory(Path table) throws SQLException {
    return open(HISTORY.formatted(table), "");
  }

  private static TestingDuckDb open(String events, String letters) throws SQLException {
    Connection connection = DriverManager.getConnection("jdbc:duckdb:");
    try (Statement statement = connection.createStatement()) {
      // As in Flink.
      statement.execute("SET default_null_order = 'nulls_first_on_asc_last_on_desc'");
      statement.execute("SET TimeZone = 'UTC'");
      statement.execute(events);
      if (!letters.isEmpty()) {
        statement.execute(letters);
      }
      statement.execute(VIEWS);
    }
    return new TestingDuckDb(connection);
  }

  /** A query of {@link TestingQueries} as DuckDB writes it. */
  static String written(String query) {
    String plain = query.replace('`', '"').replace("CARDINALITY(", "len(");
    for (Map.Entry<String, String> window : WINDOWS.entrySet()) {
      plain =
          plain.replaceAll(
              "TABLE\\(%s\\(TABLE \"(\\w+)\", [^()]*\\([^()]*\\)[^()]*\\)\\)"
                  .formatted(window.getKey()),
              window.getValue());
    }
    return plain;
  }

  List<List<Object>> rows(String query) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(query)) {
      List<List<Object>> rows = new ArrayList<>();
      while (result.next()) {
        List<Object> row = new ArrayList<>();
        for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
          row.add(result.getObject(i));
        }
        rows.add(row);
      }
      return rows;
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
