package io.flanstream.jobs.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code flanstream model}. */
@Command(
    name = "model",
    synopsisSubcommandLabel = "COMMAND",
    description =
        "Pull or convert a checkpoint, look into it, check it on a device, and ask it directly.",
    subcommands = {
      ModelPullCommand.class,
      ModelConvertCommand.class,
      ModelInfoCommand.class,
      ModelCheckCommand.class,
      ModelScoreCommand.class,
      ModelGenerateCommand.class
    })
final class ModelCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing command");
  }
}
