package io.flanstream.jobs.sql;

import io.flanstream.jobs.client.ClusterClient;
import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.model.flink.table.FlanModule;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.ExplainDetail;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.table.api.TableResult;
import org.apache.flink.table.api.config.TableConfigOptions;
import org.apache.flink.table.catalog.CatalogStore;

/**
 * Flink SQL over the topics of a pipeline.
 *
 * <p>Its catalog is named as the pipeline is. The database {@code snapshot} has what is committed
 * when a query starts, and so a query ends; {@code live} goes on with what is committed later. Each
 * has the tables {@code enriched} and {@code dead_letters}, and views of them. Where the pipeline
 * keeps its history, {@code history} has what is kept. SQL models and the functions of {@link
 * FlanModule} ask the pipeline's model unless they are told another.
 *
 * <p>{@code SET 'execution.runtime-mode'} changes between batch and streaming; temporary tables,
 * views and functions, and modules, go along. A statement that writes is done when its job has
 * ended, unless {@code 'table.dml-sync'} is {@code false}.
 *
 * <p>One thread only: Flink's planner keeps things by thread.
 */
public final class SqlSession {
  private static final Pattern WRITES =
      Pattern.compile(
          "(INSERT|EXECUTE|CREATE|REPLACE)\\b.*", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  /** What needs no job, and so no slots. */
  private static final Pattern AT_ONCE =
      Pattern.compile(
          "(SET|RESET|SHOW|USE|DESC|DESCRIBE|EXPLAIN)\\b.*",
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  /** As in Flink's own client. */
  private static final String COLUMN_WIDTH = "sql-client.display.max-column-width";

  private static final String RESULT_MODE = "sql-client.execution.result-mode";

  /** What the first line of a plan says of the rows that come of it. */
  private static final Pattern REPLACING =
      Pattern.compile("Physical Plan ==\\s+.*changelogMode=\\[[^\\]]*[UD]");

  private final PipelineCatalog catalog;
  private final CatalogStore others;
  private final Configuration settings;
  private final SessionObjects objects = new SessionObjects();
  private final AskingStatements asking = new AskingStatements();
  private final Map<RuntimeExecutionMode, TableEnvironment> environments =
      new EnumMap<>(RuntimeExecutionMode.class);
  private RuntimeExecutionMode mode;
  private SqlResult last = SqlResult.done();

  private SqlSession(
      PipelineCatalog catalog,
      CatalogStore others,
      Configuration settings,
      RuntimeExecutionMode mode) {
    this.catalog = catalog;
    this.others = others;
    this.settings = settings;
    this.mode = mode;
    TableEnvironment tables = environment(mode);
    tables.useCatalog(catalog.getName());
    if (mode == RuntimeExecutionMode.STREAMING) {
      tables.useDatabase(PipelineCatalog.LIVE);
    }
    environments.put(mode, tables);
  }

  /** Prepares the tables, for batch mode; nothing is read yet. */
  public static SqlSession open(Pipeline pipeline, Configuration client) {
    return open(pipeline, client, SqlSettings.batch());
  }

  /**
   * Prepares the tables; nothing is read yet.
   *
   * @param pipeline whose topics
   * @param client where queries run
   * @param begin how it begins; in streaming mode with the database {@code live}
   */
  public static SqlSession open(Pipeline pipeline, Configuration client, SqlSettings begin) {
    Configuration settings = SqlDefaults.of(pipeline);
    settings.addAll(client);
    return new SqlSession(
        PipelineCatalog.of(pipeline, begin.from()),
        HistoryTable.catalogs(pipeline),
        settings,
        begin.mode());
  }

  /** Runs one statement, without semicolon. */
  public SqlResult execute(String statement) {
    if (!AT_ONCE.matcher(statement).matches()) {
      last.awaitEnd();
    }
    last = answer(statement);
    return last;
  }

  private SqlResult answer(String statement) {
    try {
      Optional<Setting> setting = Setting.of(statement);
      if (setting.isPresent()) {
        set(setting.get());
        return SqlResult.done();
      }
      AskingPlan.Way way = way(statement);
      if (way != AskingPlan.Way.BATCH) {
        return asked(statement, way);
      }
      TableResult result = current().executeSql(statement);
      objects.add(statement, current(), environments.values());
      Optional<JobClient> job = result.getJobClient();
      if (job.isPresent() && WRITES.matcher(statement).matches()) {
        return SqlResult.job(job.get(), settings.get(TableConfigOptions.TABLE_DML_SYNC));
      }
      SqlResult answer =
          job.isPresent() && mode == RuntimeExecutionMode.STREAMING
              ? SqlResult.changes(result)
              : SqlResult.rows(result).withAtMost(Statements.limit(statement));
      return answer.withColumnWidth(columnWidth());
    } catch (RuntimeException e) {
      SqlException failure = SqlException.of(e);
      throw failure.hinted(SqlHints.of(failure.reason(), statement, this));
    }
  }

  /** How a statement runs: in batch mode, what asks the model need not wait for each row. */
  private AskingPlan.Way way(String statement) {
    if (!asking.mayAsk(statement) || mode == RuntimeExecutionMode.STREAMING) {
      return AskingPlan.Way.BATCH;
    }
    return sorting(streaming -> AskingPlan.way(statement, current(), streaming));
  }

  /** Runs a statement of batch mode in streaming mode, where its rows end the same. */
  private SqlResult asked(String statement, AskingPlan.Way way) {
    TableResult result =
        sorting(streaming -> streaming.executeSql(Statements.withoutLimit(statement)));
    Optional<JobClient> job = result.getJobClient();
    if (job.isPresent() && WRITES.matcher(statement).matches()) {
      return SqlResult.job(job.get(), settings.get(TableConfigOptions.TABLE_DML_SYNC));
    }
    SqlResult answer =
        switch (way) {
          case SETTLED -> SqlResult.settled(result);
          case TOTALS -> SqlResult.settled(result, again(statement));
          case STREAMING, BATCH -> SqlResult.rows(result);
        };
    return answer.withAtMost(Statements.limit(statement)).withColumnWidth(columnWidth());
  }

  /** The statement as it says, in an environment of the thread that starts it. */
  private Supplier<TableResult> again(String statement) {
    String inCatalog = current().getCurrentCatalog();
    String inDatabase = current().getCurrentDatabase();
    return () -> {
      TableEnvironment batch = environment(RuntimeExecutionMode.BATCH);
      batch.useCatalog(inCatalog);
      batch.useDatabase(inDatabase);
      return batch.executeSql(statement);
    };
  }

  /** The environment of streaming mode, which sorts for as long as that takes. */
  private <T> T sorting(Function<TableEnvironment, T> work) {
    TableEnvironment streaming = next(RuntimeExecutionMode.STREAMING);
    streaming.getConfig().set(AskingPlan.SORTS, "true");
    try {
      return work.apply(streaming);
    } finally {
      streaming.getConfig().set(AskingPlan.SORTS, "false");
    }
  }

  /** Tables and views, or the columns of one and what is nested in them. */
  SqlResult describe(Optional<String> table) {
    try {
      Description description = new Description(current());
      return table
          .map(description::columns)
          .orElseGet(description::databases)
          .withColumnWidth(columnWidth());
    } catch (RuntimeException e) {
      SqlException failure = SqlException.of(e);
      throw failure.hinted(
          table.flatMap(
              name ->
                  SqlHints.near(
                      name, Stream.concat(Stream.of(tables()), databases().stream()).toList())));
    }
  }

  private int columnWidth() {
    String width = settings.getString(COLUMN_WIDTH, "");
    return width.matches("[1-9]\\d{0,5}") ? Integer.parseInt(width) : SqlResult.USUAL_WIDTH;
  }

  /** Whether a query's rows replace others, and are wanted in their places. */
  boolean isShownInPlace(String query) {
    return mode == RuntimeExecutionMode.STREAMING
        && !settings.getString(RESULT_MODE, "table").equalsIgnoreCase("changelog")
        && REPLACING.matcher(current().explainSql(query, ExplainDetail.CHANGELOG_MODE)).find();
  }

  /** How Flink would run a query. */
  public String plan(String query) {
    return current().explainSql(query);
  }

  /**
   * Runs each statement of a text and writes its rows. For a program, what only says that it was
   * done is no data.
   */
  public void run(String text, ResultFormat format, PrintWriter out) {
    run(text, statement -> format.write(statement, out), format);
  }

  /**
   * Runs each statement of a text and says how far it is.
   *
   * @param text the statements
   * @param format how rows are written
   * @param out where
   * @param terminal where a query that takes long shows how far it is
   */
  public void run(String text, ResultFormat format, PrintWriter out, PrintWriter terminal)
      throws IOException {
    try (ClusterClient cluster = cluster()) {
      run(
          text,
          result -> {
            QueryProgress progress =
                new QueryProgress(terminal, out, () -> result.recordsRead(cluster));
            try (RunningQuery query = RunningQuery.start(result, format, progress.rows())) {
              query.await(progress::show);
            } finally {
              progress.end();
            }
          },
          format);
    }
  }

  private void run(String text, Consumer<SqlResult> write, ResultFormat format) {
    int at = 0;
    for (String statement : Statements.split(text).all()) {
      at = text.indexOf(statement, at);
      try (SqlResult result = execute(statement)) {
        if (format.isForPeople() || !result.isDone()) {
          write.accept(result);
        }
      } catch (SqlException e) {
        String before = text.substring(0, at);
        throw e.in(
            1 + (int) before.chars().filter(letter -> letter == '\n').count(),
            at - before.lastIndexOf('\n'));
      }
      at += statement.length();
    }
  }

  /** Asks where its queries run about them. */
  ClusterClient cluster() throws IOException {
    return ClusterClient.of(settings);
  }

  /** Names of the tables and views of the current database. */
  public String[] tables() {
    return current().listTables();
  }

  /** Names of catalogs, databases, models and functions, for completion. */
  List<String> others() {
    TableEnvironment tables = current();
    return Stream.of(
            Stream.of(tables.listCatalogs()),
            Stream.of(tables.listDatabases()),
            Stream.of(tables.listModels()),
            Stream.of(tables.listFunctions()).map(name -> name.toUpperCase(Locale.ROOT)))
        .flatMap(names -> names)
        .distinct()
        .toList();
  }

  /** Names of databases. */
  List<String> databases() {
    return List.of(current().listDatabases());
  }

  /** Names of the tables and views and of their columns, for completion. */
  List<String> names() {
    TableEnvironment tables = current();
    Stream<String> columns =
        Stream.of(tables())
            .flatMap(table -> tables.from(table).getResolvedSchema().getColumnNames().stream());
    return Stream.concat(Stream.of(tables()), columns).distinct().toList();
  }

  private void set(Setting setting) {
    if (setting.key().equals(ExecutionOptions.RUNTIME_MODE.key())) {
      Configuration asked = new Configuration();
      asked.setString(setting.key(), setting.value());
      change(asked.get(ExecutionOptions.RUNTIME_MODE));
    } else {
      settings.setString(setting.key(), setting.value());
      environments.values().forEach(this::tell);
    }
  }

  private void change(RuntimeExecutionMode to) {
    next(to);
    mode = to;
  }

  /** The environment of a mode, at the current catalog and database. */
  private TableEnvironment next(RuntimeExecutionMode of) {
    TableEnvironment next = environments.computeIfAbsent(of, this::environment);
    next.useCatalog(current().getCurrentCatalog());
    next.useDatabase(current().getCurrentDatabase());
    return next;
  }

  private TableEnvironment current() {
    return environments.get(mode);
  }

  /** An environment with the catalog as it is: what Flink would rather have makes another. */
  @SuppressWarnings("deprecation")
  private TableEnvironment environment(RuntimeExecutionMode of) {
    EnvironmentSettings.Builder builder = EnvironmentSettings.newInstance();
    switch (of) {
      case BATCH -> builder.inBatchMode();
      case STREAMING -> builder.inStreamingMode();
      case AUTOMATIC ->
          throw new IllegalArgumentException(
              "%s must be batch or streaming, got automatic"
                  .formatted(ExecutionOptions.RUNTIME_MODE.key()));
    }
    TableEnvironment tables =
        TableEnvironment.create(
            builder.withConfiguration(settings).withCatalogStore(others).build());
    tell(tables);
    tables.loadModule(FlanModule.NAME, new FlanModule(tables.getConfig(), new Configuration()));
    tables.registerCatalog(catalog.getName(), catalog);
    objects.makeIn(tables);
    return tables;
  }

  private void tell(TableEnvironment tables) {
    settings.toMap().forEach((key, value) -> tables.getConfig().set(key, value));
    // Whoever asks waits, and may stop to.
    tables.getConfig().set(TableConfigOptions.TABLE_DML_SYNC, false);
  }
}
