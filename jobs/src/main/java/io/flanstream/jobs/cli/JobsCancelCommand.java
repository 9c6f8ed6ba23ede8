package io.flanstream.jobs.cli;

import io.flanstream.jobs.cluster.ClusterClient;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code flanstream jobs cancel}. */
@Command(
    name = "cancel",
    description =
        "End a job at once. What it has not committed yet is read again when its pipeline runs again.")
final class JobsCancelCommand implements Callable<Integer> {
  @Mixin private TargetArgument target;

  @Parameters(paramLabel = "JOB", description = "Id of the job, or its pipeline's name.")
  private String job;

  @Override
  public Integer call() throws IOException {
    try (ClusterClient client = target.client()) {
      client.cancel(TargetArgument.job(client, job));
      return 0;
    }
  }
}
