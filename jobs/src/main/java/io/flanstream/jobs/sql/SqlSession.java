package io.flanstream.jobs.sql;

import io.flanstream.jobs.pipeline.Pipeline;
import java.io.PrintWriter;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.table.api.TableResult;
import org.apache.flink.table.api.config.TableConfigOptions;

/**
 * Flink SQL in batch mode over the topics of a pipeline: a query reads what is committed when it
 * starts, and ends.
 *
 * <p>One thread only: Flink's planner keeps things by thread.
 *
 * <p>Tables: {@code enriched} and {@code dead_letters}; views: {@code classifications} and {@code
 * extractions}.
 */
public final class SqlSession {
  private final TableEnvironment tables;

  private SqlSession(TableEnvironment tables) {
    this.tables = tables;
  }

  /**
   * Prepares the tables; nothing is read yet.
   *
   * @param pipeline whose topics
   * @param client where queries run
   */
  public static SqlSession open(Pipeline pipeline, Configuration client) {
    Configuration config = new Configuration(client);
    config.set(CoreOptions.DEFAULT_PARALLELISM, 1);
    config.set(TableConfigOptions.LOCAL_TIME_ZONE, "UTC");
    TableEnvironment tables =
        TableEnvironment.create(
            EnvironmentSettings.newInstance().inBatchMode().withConfiguration(config).build());
    PipelineTables.create(tables, pipeline);
    return new SqlSession(tables);
  }

  /** Runs one statement, without semicolon. */
  public SqlResult execute(String statement) {
    try {
      TableResult result = tables.executeSql(statement);
      return new SqlResult(result);
    } catch (RuntimeException e) {
      throw SqlException.of(e);
    }
  }

  /** How Flink would run a query. */
  public String plan(String query) {
    return tables.explainSql(query);
  }

  /** Runs each statement of a text and writes its rows. */
  public void run(String text, ResultFormat format, PrintWriter out) {
    for (String statement : Statements.split(text).all()) {
      try (SqlResult result = execute(statement)) {
        format.write(result, out);
      }
    }
  }

  /** Names of the tables and views. */
  public String[] tables() {
    return tables.listTables();
  }

  /** Names of the tables and views and of their columns, for completion. */
  List<String> names() {
    Stream<String> columns =
        Stream.of(tables())
            .flatMap(table -> tables.from(table).getResolvedSchema().getColumnNames().stream());
    return Stream.concat(Stream.of(tables()), columns).distinct().toList();
  }
}
