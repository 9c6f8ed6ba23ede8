package io.flanstream.jobs.cli;

import io.flanstream.jobs.cluster.EmbeddedFlink;
import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.sql.ResultFormat;
import io.flanstream.jobs.sql.SqlPrompt;
import io.flanstream.jobs.sql.SqlSession;
import io.flanstream.jobs.terminal.Cleanup;
import io.flanstream.jobs.terminal.StandardStreams;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.TaskManagerOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code flanstream sql}. */
@Command(
    name = "sql",
    description = {
      "Ask a pipeline's topics in Flink SQL.",
      "Tables: enriched and dead_letters. Views: classifications (id, event_time, task, label,"
          + " score, abstained) and extractions (id, event_time, task, field, value, start, end,"
          + " score). A query reads what is committed when it starts.",
      "Without -e it takes statements at a prompt, or from standard input where that is no"
          + " terminal."
    })
final class SqlCommand implements Callable<Integer> {
  private static final int SLOTS = 4;

  @Option(
      names = {"-e", "--execute"},
      paramLabel = "QUERY",
      description = "Run these statements, and leave.")
  private Optional<String> query;

  @Mixin private PipelineArgument pipeline;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "table",
      description = "How rows are shown: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private ResultFormat format;

  @Override
  public Integer call() throws IOException {
    Pipeline read = pipeline.readReachable();
    Configuration config = new Configuration();
    // What was stopped may go on for a while; it must not take the process along.
    config.set(TaskManagerOptions.TASK_CANCELLATION_TIMEOUT, Duration.ZERO);
    EmbeddedFlink flink = Cleanup.register(EmbeddedFlink.start(SLOTS, config));
    SqlSession session = SqlSession.open(read, flink.client());
    if (query.isPresent()) {
      session.run(query.get(), format, StandardStreams.writer());
    } else if (System.console() == null) {
      String statements = new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
      session.run(statements, format, StandardStreams.writer());
    } else {
      new SqlPrompt(session, format).run(history());
    }
    return 0;
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
