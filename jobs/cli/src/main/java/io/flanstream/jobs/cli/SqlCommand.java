package io.flanstream.jobs.cli;

import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.pipeline.Position;
import io.flanstream.jobs.sql.PlannerWarmUp;
import io.flanstream.jobs.sql.ResultFormat;
import io.flanstream.jobs.sql.SqlPrompt;
import io.flanstream.jobs.sql.SqlSession;
import io.flanstream.jobs.sql.SqlSettings;
import io.flanstream.jobs.terminal.CommandException;
import io.flanstream.jobs.terminal.StandardStreams;
import io.flanstream.jobs.terminal.Style;
import io.flanstream.jobs.terminal.TextFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.flink.api.common.RuntimeExecutionMode;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code flanstream sql}. */
@Command(
    name = "sql",
    description = {
      "Ask a pipeline's topics in Flink SQL, and its model.",
      "Tables: enriched and dead_letters. Views: classifications (id, event_time,"
          + " record_time, task, label, score, abstained) and extractions (id, event_time,"
          + " record_time, task, field, value, start, end, score). A query reads what is committed when it starts; in streaming mode it goes on"
          + " with what comes.",
      "Without -e or -f it takes statements at a prompt, or from standard input where that is no"
          + " terminal."
    })
final class SqlCommand implements Callable<Integer> {
  @ArgGroup private Statements statements = new Statements();

  @Mixin private PipelineArgument pipeline;

  @Option(
      names = "--streaming",
      description = "Begin in streaming mode, on tables that do not end.")
  private boolean streaming;

  @Option(
      names = "--from",
      paramLabel = "TIME",
      defaultValue = "earliest",
      description =
          "Where the tables begin: earliest, latest, or with what was written at a time such as"
              + " 2026-01-31T00:00:00Z or later (default: ${DEFAULT-VALUE}).")
  private String from;

  @Option(
      names = "--target",
      paramLabel = "HOST:PORT",
      description =
          "REST address of a running session cluster to run queries on, https://HOST:PORT for TLS;"
              + " in a Flink of its own unless given.")
  private Optional<HostPort> target;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "table",
      description = "How rows are shown: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private ResultFormat format;

  /** Where statements come from, other than a prompt. */
  private static final class Statements {
    @Option(
        names = {"-e", "--execute"},
        paramLabel = "QUERY",
        description = "Run these statements, and leave.")
    private Optional<String> query = Optional.empty();

    @Option(
        names = {"-f", "--file"},
        paramLabel = "FILE",
        description = "Run the statements of a file, and leave.")
    private Optional<Path> file = Optional.empty();
  }

  @Override
  public Integer call() throws IOException {
    SqlSettings settings = settings();
    Optional<String> text = text();
    Pipeline read = pipeline.read();
    PlannerWarmUp.begin();
    QueryClient.Starting starting =
        target.isPresent() ? QueryClient.of(target.get()) : QueryClient.ofThisProcess();
    PipelineArgument.reach(read);
    SqlSession session = SqlSession.open(read, starting.client(), settings);
    if (text.isPresent() && Style.isErrorTerminal()) {
      session.run(text.get(), format, StandardStreams.writer(), StandardStreams.errorWriter());
    } else if (text.isPresent()) {
      session.run(text.get(), format, StandardStreams.writer());
    } else {
      new SqlPrompt(session, format).run(history());
    }
    return 0;
  }

  private SqlSettings settings() {
    try {
      return new SqlSettings(
          streaming ? RuntimeExecutionMode.STREAMING : RuntimeExecutionMode.BATCH,
          Position.parse(from));
    } catch (IllegalArgumentException e) {
      throw CommandException.usage(
          "Cannot open tables: --from must be earliest, latest or a time such as"
              + " 2026-01-31T00:00:00Z, got "
              + from);
    }
  }

  private Optional<String> text() throws IOException {
    if (statements.file.isPresent()) {
      return Optional.of(TextFile.read(statements.file.get()));
    }
    if (statements.query.isPresent() || System.console() != null) {
      return statements.query;
    }
    return Optional.of(new String(System.in.readAllBytes(), StandardCharsets.UTF_8));
  }

  private static Path history() {
    String state = System.getenv("XDG_STATE_HOME");
    Path directory =
        state == null || state.isBlank()
            ? Path.of(System.getProperty("user.home"), ".local", "state")
            : Path.of(state);
    return directory.resolve("flanstream").resolve("sql-history");
  }
}
