package io.flanstream.jobs.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code flanstream cluster down}. */
@Command(
    name = "down",
    description = "End every process of the cluster. Logs, checkpoints and savepoints stay.")
final class ClusterDownCommand implements Callable<Integer> {
  @Mixin private ClusterArgument cluster;

  @Override
  public Integer call() throws IOException {
    cluster.cluster().down();
    return 0;
  }
}
