package io.flanstream.jobs.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code flanstream cluster}. */
@Command(
    name = "cluster",
    synopsisSubcommandLabel = "COMMAND",
    description = {
      "Run a Flink session cluster on this machine, a process each for the JobManager and every"
          + " TaskManager.",
      "The model operator and all under it are in the cluster's lib/: TaskManagers keep the model"
          + " while jobs come and go."
    },
    subcommands = {
      ClusterUpCommand.class,
      ClusterStatusCommand.class,
      ClusterLogsCommand.class,
      ClusterDownCommand.class
    })
final class ClusterCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing command");
  }
}
