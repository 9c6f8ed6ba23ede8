package io.flanstream.jobs.cli;

import io.flanstream.jobs.client.ClusterClient;
import io.flanstream.jobs.terminal.CommandException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.flink.api.common.JobID;
import org.apache.flink.runtime.client.JobStatusMessage;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which session cluster a command is about. */
final class TargetArgument {
  @Mixin private ClusterArgument cluster;

  @Option(
      names = "--target",
      paramLabel = "HOST:PORT",
      description =
          "REST address of a session cluster, https://HOST:PORT for TLS; the local cluster's unless"
              + " given.")
  private Optional<HostPort> target;

  /** A client of the cluster. */
  ClusterClient client() throws IOException {
    return new ClusterClient(address().toString());
  }

  /** Where the cluster is. */
  HostPort address() {
    return target
        .or(() -> cluster.cluster().address().map(HostPort::parse))
        .orElseThrow(
            () ->
                CommandException.usage(
                    "Cannot tell which cluster: give --target HOST:PORT, or start flanstream"
                        + " cluster up"));
  }

  /** The job by an id, or the one that runs under a name. */
  static JobID job(ClusterClient client, String idOrName) throws IOException {
    List<JobStatusMessage> fitting =
        client.jobs().stream()
            .filter(job -> !job.getJobState().isGloballyTerminalState())
            .filter(
                job ->
                    job.getJobName().equals(idOrName)
                        || job.getJobId().toHexString().equals(idOrName))
            .toList();
    if (fitting.size() != 1) {
      throw new CommandException(
          "Cannot tell which job: one must run under the id or name %s, got %s"
              .formatted(idOrName, fitting.size()));
    }
    return fitting.get(0).getJobId();
  }
}
