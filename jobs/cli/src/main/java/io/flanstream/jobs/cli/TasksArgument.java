package io.flanstream.jobs.cli;

import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.pipeline.PipelineFile;
import io.flanstream.jobs.pipeline.PipelineOptions;
import io.flanstream.jobs.terminal.CommandException;
import java.nio.file.Path;
import picocli.CommandLine.Parameters;

/** The file of a pipeline whose tasks may change while it runs. */
final class TasksArgument {
  @Parameters(paramLabel = "PIPELINE.yaml", description = "The pipeline's file.")
  private Path file;

  Path file() {
    return file;
  }

  /** The pipeline; its Kafka has answered and has its topic of tasks. */
  Pipeline read() {
    Pipeline pipeline = PipelineFile.read(file);
    if (pipeline.tasksTopic().isEmpty()) {
      throw new CommandException(
          "Cannot tell where the tasks of %s go: %s must be set in %s"
              .formatted(pipeline.name(), PipelineOptions.TASKS_TOPIC.key(), file));
    }
    KafkaCheck.tasksTopic(pipeline);
    return pipeline;
  }
}
