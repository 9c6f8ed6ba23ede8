package io.flanstream.jobs.cli;

import io.flanstream.jobs.client.Installation;
import io.flanstream.jobs.local.LocalCluster;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which local cluster a command is about. */
final class ClusterArgument {
  private static final String DEFAULT = "cluster";

  @Option(
      names = "--directory",
      paramLabel = "DIR",
      description =
          "The cluster's directory: its settings, logs, pids, checkpoints and savepoints"
              + " (default: target/cluster of the repository, work/cluster of a distribution).")
  private Optional<Path> directory;

  /** The cluster. */
  LocalCluster cluster() {
    Installation here = Installation.current();
    return new LocalCluster(here.home(), directory.orElseGet(() -> here.work().resolve(DEFAULT)));
  }
}
