package io.flanstream.jobs.cli;

import io.flanstream.jobs.cluster.ClusterClient;
import io.flanstream.jobs.terminal.StandardStreams;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code flanstream jobs stop}. */
@Command(
    name = "stop",
    description = {
      "Stop a job after a savepoint, and print where it is.",
      "What the job has written is committed with it: \"flanstream run --from-savepoint\" goes on"
          + " from there."
    })
final class JobsStopCommand implements Callable<Integer> {
  @Mixin private TargetArgument target;

  @Parameters(paramLabel = "JOB", description = "Id of the job, or its pipeline's name.")
  private String job;

  @Option(
      names = "--savepoint",
      paramLabel = "URI",
      arity = "0..1",
      fallbackValue = "",
      description =
          "Directory to put the savepoint in; the cluster's own unless given. Stopping always takes"
              + " a savepoint: to end without one, cancel.")
  private Optional<String> savepoint;

  @Override
  public Integer call() throws IOException {
    try (ClusterClient client = target.client()) {
      String written =
          client.stop(TargetArgument.job(client, job), savepoint.filter(uri -> !uri.isEmpty()));
      PrintWriter out = StandardStreams.writer();
      out.println(written);
      out.flush();
      return 0;
    }
  }
}
