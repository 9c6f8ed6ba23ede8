package io.flanstream.jobs.cli;

import io.flanstream.jobs.client.ClusterClient;
import io.flanstream.jobs.terminal.StandardStreams;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.Callable;
import org.apache.flink.runtime.client.JobStatusMessage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code flanstream jobs list}. */
@Command(
    name = "list",
    description = "List the jobs, the newest first: id, state, when it was started, name.")
final class JobsListCommand implements Callable<Integer> {
  @Mixin private TargetArgument target;

  @Option(names = "--all", description = "Those that have ended, too.")
  private boolean all;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = StandardStreams.writer();
    try (ClusterClient client = target.client()) {
      for (JobStatusMessage job : client.jobs()) {
        if (all || !job.getJobState().isGloballyTerminalState()) {
          Instant started =
              Instant.ofEpochMilli(job.getStartTime()).truncatedTo(ChronoUnit.SECONDS);
          out.println(
              "%s  %-11s  %s  %s"
                  .formatted(job.getJobId(), job.getJobState(), started, job.getJobName()));
        }
      }
    }
    out.flush();
    return 0;
  }
}
