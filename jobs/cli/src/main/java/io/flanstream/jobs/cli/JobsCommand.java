package io.flanstream.jobs.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code flanstream jobs}. */
@Command(
    name = "jobs",
    synopsisSubcommandLabel = "COMMAND",
    description = "List and end the jobs of a session cluster.",
    subcommands = {JobsListCommand.class, JobsStopCommand.class, JobsCancelCommand.class})
final class JobsCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing command");
  }
}
