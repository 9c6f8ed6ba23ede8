package io.flanstream.jobs.cli;

import io.flanstream.jobs.pipeline.HistoryOptions;
import io.flanstream.jobs.pipeline.HistorySettings;
import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.pipeline.PipelineFile;
import io.flanstream.jobs.sql.HistoryEnd;
import io.flanstream.jobs.sql.HistoryJob;
import io.flanstream.jobs.state.StartChoice;
import io.flanstream.jobs.terminal.Cleanup;
import io.flanstream.jobs.terminal.CommandException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code flanstream history}. */
@Command(
    name = "history",
    description = {
      "Keep a pipeline's enriched events in a table that outlives their topics, exactly once.",
      "A job of its own, which reads the topics of enriched events, at first from their start; history.path says"
          + " where the table is. flanstream sql has it in the database history.",
      "It goes on from what its last run left, as flanstream run does."
    },
    subcommands = HistoryEraseCommand.class)
final class HistoryCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "PIPELINE.yaml",
      arity = "0..1",
      description = "The pipeline's file, where no subcommand follows.")
  private Path file;

  @Option(names = "--bounded", description = "End where the topic ends when the job starts.")
  private boolean bounded;

  @Option(
      names = "--from-offsets",
      description =
          "Forget what the last run left, and go on from the group's committed offsets: events of"
              + " the last commit may be missing or come twice.")
  private boolean fromOffsets;

  @Mixin private JobArguments arguments;

  @Override
  public Integer call() throws IOException, InterruptedException, ExecutionException {
    if (file == null) {
      throw CommandException.usage("Missing required parameter: 'PIPELINE.yaml'");
    }
    Pipeline pipeline = PipelineFile.read(file);
    HistorySettings history =
        pipeline
            .history()
            .orElseThrow(
                () ->
                    new CommandException(
                        "Cannot keep history: %s must be set in %s"
                            .formatted(HistoryOptions.PATH.key(), file)));
    if (arguments.asksKafka()) {
      KafkaCheck.reach(pipeline.kafka());
      KafkaPermissions.to("keep history", pipeline.kafka())
          .read(pipeline.sink().topics())
          .commit(HistoryJob.groupId(pipeline))
          .check();
      RegistryCheck.reach(pipeline);
    }
    Optional<HistoryEnd> end = bounded ? Optional.of(HistoryEnd.of(pipeline)) : Optional.empty();
    try (HistoryStart start =
        Cleanup.register(
            HistoryStart.prepare(pipeline, choice(), arguments.target(), arguments.asksKafka()))) {
      return arguments.run(new Keeping(start.pipeline(), history, end, start), start.pipeline());
    }
  }

  private StartChoice choice() {
    if (fromOffsets && arguments.savepoint().isPresent()) {
      throw CommandException.usage(
          "Cannot keep history: at most one of --from-offsets and --from-savepoint must be given");
    }
    return fromOffsets
        ? new StartChoice.CommittedOffsets()
        : arguments
            .savepoint()
            .<StartChoice>map(StartChoice.Savepoint::new)
            .orElseGet(StartChoice.Newest::new);
  }

  /** The job that fills the table. */
  private record Keeping(
      Pipeline pipeline, HistorySettings history, Optional<HistoryEnd> end, HistoryStart start)
      implements JobArguments.Job {
    @Override
    public String name() {
      return HistoryJob.name(pipeline);
    }

    @Override
    public String command() {
      return "flanstream history";
    }

    @Override
    public int parallelism() {
      return history.parallelism();
    }

    @Override
    public String does() {
      return "%s -> %s".formatted(String.join(", ", pipeline.sink().topics()), history.warehouse());
    }

    @Override
    public List<String> jars() {
      return JobJars.ofTables();
    }

    @Override
    public Optional<String> state() {
      return Optional.of(start.said());
    }

    @Override
    public Optional<String> savepointDirectory() {
      return start.directory();
    }

    @Override
    public void configure(Configuration client) {
      start.configure(client);
    }

    @Override
    public JobClient submit(Configuration client) {
      return HistoryJob.submit(pipeline, end, client);
    }

    @Override
    public Optional<String> ended(JobExecutionResult result)
        throws IOException, ExecutionException, InterruptedException {
      start.ended();
      if (end.isPresent()) {
        end.get().commit(pipeline);
      }
      return Optional.empty();
    }
  }
}
