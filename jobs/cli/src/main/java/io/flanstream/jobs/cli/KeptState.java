package io.flanstream.jobs.cli;

import io.flanstream.jobs.client.ClusterClient;
import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.state.PipelineIdentity;
import io.flanstream.jobs.state.PipelineRunsException;
import io.flanstream.jobs.state.PipelineState;
import io.flanstream.jobs.state.StartChoice;
import io.flanstream.jobs.state.StateHome;
import io.flanstream.jobs.state.StateLock;
import io.flanstream.jobs.terminal.CommandException;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import org.apache.flink.core.fs.Path;
import org.apache.flink.core.fs.UnsupportedFileSystemSchemeException;

/** Where a pipeline's jobs keep their state from run to run. */
final class KeptState {
  private KeptState() {}

  /** The state of a pipeline; empty where none is kept. */
  static Optional<PipelineState> find(
      Pipeline pipeline, PipelineIdentity identity, Optional<HostPort> target, StartChoice choice)
      throws IOException {
    Optional<String> base = pipeline.job().checkpointDirectory();
    if (base.isEmpty() && target.isPresent()) {
      try (ClusterClient cluster = new ClusterClient(target.get().toString())) {
        base = cluster.checkpointDirectory();
      }
    } else if (base.isEmpty()) {
      base = Optional.of(StateHome.directory().toUri().toString());
    }
    if (base.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(new PipelineState(new Path(base.get(), identity.directory())));
    } catch (UnsupportedFileSystemSchemeException e) {
      if (choice instanceof StartChoice.Newest) {
        throw new CommandException(
            "Cannot resume pipeline %s: its state must be within reach of this machine, got %s, for which it has no file system. Say what to go on from by --from-savepoint URI or --from-offsets"
                .formatted(pipeline.name(), base.get()),
            e);
      }
      return Optional.empty();
    }
  }

  /** Locks a directory of this machine; on other file systems only the lease tells. */
  static Optional<StateLock> lock(String name, PipelineState state) throws IOException {
    URI root = state.root().toUri();
    if (root.getScheme() != null && !root.getScheme().equals("file")) {
      return Optional.empty();
    }
    Optional<StateLock> lock = StateLock.take(java.nio.file.Path.of(root.getPath()));
    if (lock.isEmpty()) {
      throw new CommandException(
          new PipelineRunsException(
                  name, "a process on this machine with the same state, " + state.root())
              .getMessage());
    }
    return lock;
  }

  /** Whether a job of that name runs on a cluster, as far as is known. */
  static boolean runsOn(HostPort cluster, String name) {
    try (ClusterClient client = new ClusterClient(cluster.toString())) {
      return client.jobs().stream()
          .anyMatch(
              job -> job.getJobName().equals(name) && !job.getJobState().isGloballyTerminalState());
    } catch (IOException e) {
      return true;
    }
  }
}
