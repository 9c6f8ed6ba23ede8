package io.flanstream.jobs.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code flanstream dead-letters}. */
@Command(
    name = "dead-letters",
    synopsisSubcommandLabel = "COMMAND",
    description = "Look at a pipeline's dead letters, and send their records again.",
    subcommands = {DeadLettersShowCommand.class, DeadLettersReplayCommand.class})
final class DeadLettersCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing command");
  }
}
