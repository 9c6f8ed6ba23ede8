package io.flanstream.jobs.cli;

import io.flanstream.jobs.local.LocalCluster;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which local cluster a command is about. */
final class ClusterArgument {
  private static final String DEFAULT = "target/cluster";

  @Option(
      names = "--directory",
      paramLabel = "DIR",
      description =
          "The cluster's directory: its settings, logs, pids, checkpoints and savepoints"
              + " (default: target/cluster of the repository).")
  private Optional<Path> directory;

  /** The cluster. */
  LocalCluster cluster() {
    Path home = Path.of(System.getProperty("flanstream.home", "."));
    return new LocalCluster(home, directory.orElseGet(() -> home.resolve(DEFAULT)));
  }
}
