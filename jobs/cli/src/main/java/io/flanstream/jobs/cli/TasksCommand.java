package io.flanstream.jobs.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code flanstream tasks}. */
@Command(
    name = "tasks",
    synopsisSubcommandLabel = "COMMAND",
    description = "Change the tasks of jobs that run, where their pipeline has a tasks-topic.",
    subcommands = {TasksPublishCommand.class, TasksShowCommand.class})
final class TasksCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing command");
  }
}
