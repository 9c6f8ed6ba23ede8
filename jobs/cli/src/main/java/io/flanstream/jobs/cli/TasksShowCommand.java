package io.flanstream.jobs.cli;

import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.tasks.TasksTopic;
import io.flanstream.jobs.terminal.StandardStreams;
import io.flanstream.model.task.TaskDefinition;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code flanstream tasks show}. */
@Command(
    name = "show",
    description = {"Show which tasks running jobs of a pipeline ask."})
final class TasksShowCommand implements Callable<Integer> {
  @Mixin private TasksArgument argument;

  @Override
  public Integer call() {
    Pipeline pipeline = argument.read();
    PrintWriter out = StandardStreams.writer();
    KafkaPermissions.to("show tasks", pipeline.kafka())
        .read(pipeline.tasksTopic().stream().toList())
        .check();
    TasksTopic.Contents contents = new TasksTopic(pipeline).read();
    out.printf(
        Locale.ROOT,
        "%s asks tasks %s: %s%n",
        pipeline.name(),
        contents.tasks().version(),
        contents.tasks().tasks().stream()
            .map(TaskDefinition::name)
            .collect(Collectors.joining(", ")));
    if (contents.tasks().version().equals(pipeline.tasks().version())) {
      out.println("They are those of its file.");
    }
    if (contents.refused() > 0) {
      out.printf(
          Locale.ROOT,
          "%s records of the topic are no tasks, and are refused%n",
          contents.refused());
    }
    out.flush();
    return 0;
  }
}
