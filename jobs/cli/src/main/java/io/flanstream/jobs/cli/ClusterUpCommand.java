package io.flanstream.jobs.cli;

import io.flanstream.jobs.local.ClusterSettings;
import io.flanstream.jobs.local.LocalCluster;
import io.flanstream.jobs.terminal.CommandException;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code flanstream cluster up}. */
@Command(
    name = "up",
    description = {
      "Start what is not running of the cluster, and wait until it takes jobs.",
      "A running cluster keeps its settings: only TaskManagers are added, or those that have ended"
          + " started again."
    })
final class ClusterUpCommand implements Callable<Integer> {
  @Mixin private ClusterArgument cluster;

  @Option(
      names = "--task-managers",
      paramLabel = "N",
      defaultValue = "1",
      description = "TaskManagers (default: ${DEFAULT-VALUE}).")
  private int taskManagers;

  @Option(
      names = "--slots",
      paramLabel = "S",
      defaultValue = "2",
      description = "Slots of each TaskManager (default: ${DEFAULT-VALUE}).")
  private int slots;

  @Option(
      names = "--web-port",
      paramLabel = "PORT",
      defaultValue = "8081-8099",
      description =
          "Port of REST and the web page, or a range to choose from (default: ${DEFAULT-VALUE}).")
  private String webPort;

  @Option(
      names = "--high-availability",
      description =
          "Have a ZooKeeper remember the jobs, so that they go on after the JobManager was lost and"
              + " started again.")
  private boolean highAvailability;

  @Option(
      names = "-D",
      paramLabel = "KEY=VALUE",
      description =
          "Tell Flink anything, such as taskmanager.memory.process.size=4g. A TaskManager has 1.5"
              + " GB unless told otherwise, the model's weights on top.")
  private Map<String, String> settings = new HashMap<>();

  @Override
  public Integer call() throws IOException {
    atLeastOne("--task-managers", taskManagers);
    atLeastOne("--slots", slots);
    LocalCluster local = cluster.cluster();
    local.up(new ClusterSettings(taskManagers, slots, webPort, highAvailability, settings));
    ClusterStatusCommand.print(local);
    return 0;
  }

  private static void atLeastOne(String option, int value) {
    if (value < 1) {
      throw CommandException.usage(
          "Cannot start cluster: %s must be at least 1, got %s".formatted(option, value));
    }
  }
}
