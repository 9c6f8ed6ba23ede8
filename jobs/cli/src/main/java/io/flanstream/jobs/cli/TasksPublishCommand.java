package io.flanstream.jobs.cli;

import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.pipeline.PipelineFile;
import io.flanstream.jobs.tasks.TasksTopic;
import io.flanstream.jobs.terminal.StandardStreams;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code flanstream tasks publish}. */
@Command(
    name = "publish",
    description = {
      "Let running jobs of a pipeline ask the tasks of its file.",
      "Writes them to its tasks-topic; jobs take them as they come, and say in each result which"
          + " tasks made it."
    })
final class TasksPublishCommand implements Callable<Integer> {
  @Mixin private TasksArgument argument;

  @Override
  public Integer call() throws IOException, InterruptedException, ExecutionException {
    Pipeline pipeline = argument.read();
    PrintWriter out = StandardStreams.writer();
    KafkaPermissions.to("publish tasks", pipeline.kafka())
        .write(pipeline.tasksTopic().stream().toList())
        .check();
    String json = PipelineFile.tasksAsJson(argument.file());
    new TasksTopic(pipeline).write(json);
    out.printf(
        Locale.ROOT,
        "Published tasks %s of %s to topic %s%n",
        pipeline.tasks().version(),
        pipeline.name(),
        pipeline.tasksTopic().orElseThrow());
    out.flush();
    return 0;
  }
}
