package io.flanstream.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.types.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Apache Paimon and Apache Iceberg as the table of results, in turn in one run: rows/s of a stream
 * into a table partitioned by day, with compaction, and the files that are left of it.
 *
 * <p>{@code mvn -B verify -Pbenchmark -Dtest=none -Dsurefire.failIfNoSpecifiedTests=false
 * -Dit.test=TableFormatBenchmark -Dfailsafe.failIfNoSpecifiedTests=false}
 */
class TableFormatBenchmark {
  private static final int ROUNDS = Integer.getInteger("flanstream.benchmark.rounds", 3);
  private static final int ROWS = Integer.getInteger("flanstream.benchmark.records", 200_000);
  private static final Duration COMMITS = Duration.ofSeconds(1);

  /** A way to keep a table. */
  private enum Format {
    PAIMON("'type' = 'paimon'", "'continuous.discovery-interval' = '1 s'"),
    ICEBERG(
        "'type' = 'iceberg', 'catalog-type' = 'hadoop'",
        "'format-version' = '2', 'flink-maintenance.rewrite.enabled' = 'true',"
            + " 'flink-maintenance.rewrite.schedule.commit-count' = '5'");

    private final String catalog;
    private final String table;

    Format(String catalog, String table) {
      this.catalog = catalog;
      this.table = table;
    }
  }

  private static final String COLUMNS =
      """
      id STRING, eventTime TIMESTAMP(3), attributes MAP<STRING, STRING>,
      classifications ARRAY<ROW<task STRING, label STRING, score DOUBLE,
        alternatives ARRAY<ROW<label STRING, score DOUBLE>>, abstained BOOLEAN>>,
      extractions ARRAY<ROW<task STRING,
        fields ARRAY<ROW<name STRING, `value` STRING, `start` INT, `end` INT, score DOUBLE>>>>,
      taskSetVersion STRING, `day` STRING
      """;

  private static final String INSERT =
      """
      INSERT INTO lake.results.enriched
      SELECT CAST(n AS STRING), t, MAP['channel', 'bank'],
        ARRAY[ROW('intent', CONCAT('label-', CAST(n % 20 AS STRING)), s,
          ARRAY[ROW(CONCAT('label-', CAST(n % 20 AS STRING)), s), ROW('other', 1 - s)], FALSE)],
        ARRAY[ROW('details', ARRAY[ROW('amount', CAST(n % 1000 AS STRING), 3, 7, s)])],
        'abcdef012345', DATE_FORMAT(t, 'yyyy-MM-dd')
      FROM (
        SELECT n, s, TIMESTAMPADD(DAY, CAST(n % 3 AS INT), TIMESTAMP '2026-03-02 09:00:00.000') AS t
        FROM numbers)
      """;

  private static final String QUERY =
      """
      SELECT `day`, c.label, COUNT(*)
      FROM lake.results.enriched AS e
      CROSS JOIN UNNEST(e.classifications) AS c (task, label, score, alternatives, abstained)
      GROUP BY `day`, c.label
      """;

  private static final String FILES =
      "SELECT COUNT(*), SUM(file_size_in_bytes) FROM lake.results.`enriched$files`";
  private static final String SNAPSHOTS = "SELECT COUNT(*) FROM lake.results.`enriched$snapshots`";

  @TempDir private Path directory;

  @Test
  void paimonBesideIceberg() throws IOException, InterruptedException, ExecutionException {
    System.out.println("format   round  rows/s  commits  files  live  live MB  disk MB  query s");
    for (int round = 0; round <= ROUNDS; round++) {
      for (Format format : Format.values()) {
        measure(format, round);
      }
    }
  }

  /** The first round warms up, and is shown as round 0. */
  private void measure(Format format, int round)
      throws IOException, InterruptedException, ExecutionException {
    Path warehouse = directory.resolve(format.name() + round);
    TableEnvironment stream = environment(format, warehouse, false);
    long begun = System.nanoTime();
    stream.executeSql(INSERT).await();
    double took = seconds(begun);
    TableEnvironment batch = environment(format, warehouse, true);
    begun = System.nanoTime();
    long rows = 0;
    for (Row row : rows(batch, QUERY)) {
      rows += row.<Long>getFieldAs(2);
    }
    double query = seconds(begun);
    assertThat(rows).isEqualTo(ROWS);
    Row live = rows(batch, FILES).get(0);
    List<Path> files = dataFiles(warehouse);
    System.out.printf(
        Locale.ROOT,
        "%-8s %4s  %7.0f  %6s  %6s  %4s  %6.1f  %6.1f  %6.1f%n",
        format,
        round,
        ROWS / took,
        rows(batch, SNAPSHOTS).get(0).<Long>getFieldAs(0),
        files.size(),
        live.<Long>getFieldAs(0),
        live.<Long>getFieldAs(1) / 1e6,
        size(files) / 1e6,
        query);
  }

  private static TableEnvironment environment(Format format, Path warehouse, boolean batch) {
    Configuration config = new Configuration();
    config.set(CoreOptions.DEFAULT_PARALLELISM, 1);
    config.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, COMMITS);
    config.setString("table.exec.iceberg.use-v2-sink", "true");
    EnvironmentSettings.Builder settings =
        EnvironmentSettings.newInstance().withConfiguration(config);
    TableEnvironment tables =
        TableEnvironment.create(
            (batch ? settings.inBatchMode() : settings.inStreamingMode()).build());
    tables.executeSql(
        "CREATE CATALOG lake WITH (%s, 'warehouse' = '%s')"
            .formatted(format.catalog, warehouse.toUri()));
    if (!batch) {
      tables.executeSql(
          """
          CREATE TEMPORARY TABLE numbers (n BIGINT, s DOUBLE) WITH ('connector' = 'datagen',
            'number-of-rows' = '%s', 'rows-per-second' = '10000000', 'fields.n.min' = '0',
            'fields.n.max' = '1000000000', 'fields.s.min' = '0', 'fields.s.max' = '1')
          """
              .formatted(ROWS));
      tables.executeSql("CREATE DATABASE lake.results");
      tables.executeSql(
          "CREATE TABLE lake.results.enriched (%s) PARTITIONED BY (`day`) WITH (%s)"
              .formatted(COLUMNS, format.table));
    }
    return tables;
  }

  private static List<Row> rows(TableEnvironment tables, String query) {
    List<Row> rows = new ArrayList<>();
    tables.executeSql(query).collect().forEachRemaining(rows::add);
    return rows;
  }

  private static List<Path> dataFiles(Path warehouse) throws IOException {
    try (Stream<Path> paths = Files.walk(warehouse)) {
      return paths.filter(path -> path.toString().endsWith(".parquet")).toList();
    }
  }

  private static long size(List<Path> files) throws IOException {
    long bytes = 0;
    for (Path file : files) {
      bytes += Files.size(file);
    }
    return bytes;
  }

  private static double seconds(long begun) {
    return (System.nanoTime() - begun) / 1e9;
  }
}
