package io.flanstream.jobs.cli;

import io.flanstream.jobs.kafka.OpenTransactions;
import io.flanstream.jobs.local.PipelineJob;
import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.pipeline.PipelineFile;
import io.flanstream.jobs.state.StartChoice;
import io.flanstream.jobs.terminal.Cleanup;
import io.flanstream.jobs.terminal.CommandException;
import io.flanstream.jobs.terminal.StandardStreams;
import io.flanstream.operators.dedup.DropDuplicatesFunction;
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

/** {@code flanstream run}. */
@Command(
    name = "run",
    description = {
      "Run a pipeline between Kafka topics, exactly once.",
      "In a Flink of its own, with a web page, until Ctrl-C; or on a running session cluster, whose"
          + " lib/ has the model operator and everything under it.",
      "It goes on from what its last run left, however that ended: a savepoint where it was stopped"
          + " (Ctrl-C, SIGTERM, flanstream jobs stop), else the last Flink checkpoint. Both lie in"
          + " job.checkpoint-directory, else where the cluster has its checkpoints, else in"
          + " FLANSTREAM_STATE_DIR or ~/.local/state/flanstream. A pipeline runs once: a second run"
          + " of it is refused."
    })
final class RunCommand implements Callable<Integer> {
  @Parameters(paramLabel = "PIPELINE.yaml", description = "The pipeline's file.")
  private Path file;

  @Option(
      names = "--bounded",
      description = "End where the topic ends when the job starts, unless source.to says where.")
  private boolean bounded;

  @Option(
      names = "--create-topics",
      description = "Create what is missing of the two output topics.")
  private boolean createTopics;

  @Option(
      names = "--from-scratch",
      description =
          "Forget what the last run left, and read the topic anew: what was answered before is"
              + " answered again.")
  private boolean fromScratch;

  @Option(
      names = "--from-offsets",
      description =
          "Forget what the last run left, and go on from the group's committed offsets: nothing is"
              + " lost, and what was written after them comes twice.")
  private boolean fromOffsets;

  @Mixin private JobArguments arguments;

  @Override
  public Integer call() throws IOException, InterruptedException, ExecutionException {
    Pipeline read = PipelineFile.read(file);
    Pipeline pipeline = bounded ? read.bounded() : read;
    if (arguments.target().isEmpty()) {
      ModelCheck.reach(pipeline);
      ModelFit.unknownLabels(pipeline)
          .ifPresent(note -> StandardStreams.errorWriter().println("Note: " + note));
    }
    if (arguments.asksKafka()) {
      KafkaCheck.reach(pipeline.kafka());
      checkPermissions(pipeline);
      KafkaCheck.topics(pipeline, createTopics);
      KafkaCheck.transactions(pipeline);
      KafkaCheck.recordSizes(pipeline).forEach(StandardStreams.errorWriter()::println);
      RegistryCheck.reach(pipeline);
    }
    // Closed where a signal ends the process, too.
    try (PipelineStart start =
        Cleanup.register(
            PipelineStart.prepare(
                pipeline,
                choice(),
                arguments.target(),
                arguments.asksKafka(),
                StandardStreams.errorWriter()::println))) {
      return arguments.run(
          new Enriching(start.launch().pipeline(), start), start.launch().pipeline());
    }
  }

  /** Asks Kafka whether it allows all that a run of a pipeline needs. */
  static void checkPermissions(Pipeline pipeline) {
    KafkaPermissions.to("run pipeline", pipeline.kafka())
        .read(pipeline.source().topics())
        .read(pipeline.tasksTopic().stream().toList())
        .write(pipeline.sink().topics())
        .write(List.of(pipeline.deadLetters().topic()))
        .commit(pipeline.kafka().groupId())
        .transactions(pipeline.sink().transactionalIdPrefix())
        .check();
  }

  private StartChoice choice() {
    Optional<String> savepoint = arguments.savepoint();
    if ((fromScratch ? 1 : 0) + (fromOffsets ? 1 : 0) + (savepoint.isPresent() ? 1 : 0) > 1) {
      throw CommandException.usage(
          "Cannot run pipeline: at most one of --from-scratch, --from-offsets and --from-savepoint"
              + " must be given");
    }
    if (fromScratch) {
      return new StartChoice.Scratch();
    }
    if (fromOffsets) {
      return new StartChoice.CommittedOffsets();
    }
    return savepoint
        .<StartChoice>map(StartChoice.Savepoint::new)
        .orElseGet(StartChoice.Newest::new);
  }

  /** The pipeline's own job. */
  private record Enriching(Pipeline pipeline, PipelineStart start) implements JobArguments.Job {
    @Override
    public String name() {
      return pipeline.name();
    }

    @Override
    public int parallelism() {
      return pipeline.job().parallelism();
    }

    @Override
    public String does() {
      return "%s -> %s, dead letters -> %s"
          .formatted(
              pipeline.source().topics().text(),
              String.join(", ", pipeline.sink().topics()),
              pipeline.deadLetters().topic());
    }

    @Override
    public Optional<String> state() {
      return Optional.of(start.launch().said());
    }

    @Override
    public Optional<String> dedup() {
      return start.dedupSaid();
    }

    @Override
    public Optional<String> savepointDirectory() {
      return start.launch().directory();
    }

    @Override
    public void configure(Configuration client) {
      start.launch().configure(client);
    }

    @Override
    public boolean isCounted() {
      return true;
    }

    @Override
    public JobClient submit(Configuration client) throws IOException {
      JobClient job = PipelineJob.submit(pipeline, start.launch().claim(), client);
      Cleanup.register(
          OpenTransactions.watch(
              pipeline.kafka(),
              pipeline.source().topics(),
              StandardStreams.errorWriter()::println));
      return job;
    }

    @Override
    public void runs() {
      start.launch().runs();
    }

    @Override
    public Optional<String> ended(JobExecutionResult result) throws IOException {
      start.launch().ended();
      Long duplicates = result.getAccumulatorResult(DropDuplicatesFunction.DUPLICATES);
      return Optional.ofNullable(duplicates).map("%s duplicates dropped"::formatted);
    }
  }
}
