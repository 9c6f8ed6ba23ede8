package io.flanstream.jobs.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code flanstream model}. */
@Command(
    name = "model",
    synopsisSubcommandLabel = "COMMAND",
    description = "Look into a checkpoint, and ask it directly.",
    subcommands = {ModelInfoCommand.class, ModelScoreCommand.class, ModelGenerateCommand.class})
final class ModelCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing command");
  }
}
