package io.flanstream.jobs.cli;

import io.flanstream.jobs.client.ClusterClient;
import io.flanstream.jobs.state.JobStart;
import io.flanstream.jobs.terminal.StandardStreams;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.flink.api.common.JobID;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code flanstream jobs cancel}. */
@Command(
    name = "cancel",
    description = {
      "End a job at once.",
      "The next \"flanstream run --target\" of its pipeline goes on from the last Flink checkpoint:"
          + " what was not committed then is answered again, and comes out once."
    })
final class JobsCancelCommand implements Callable<Integer> {
  @Mixin private TargetArgument target;

  @Parameters(paramLabel = "JOB", description = "Id of the job, or its pipeline's name.")
  private String job;

  @Override
  public Integer call() throws IOException {
    try (ClusterClient client = target.client()) {
      JobID id = TargetArgument.job(client, job);
      Optional<String> state = client.parameter(id, JobStart.STATE_DIRECTORY);
      client.cancel(id);
      PrintWriter out = StandardStreams.writer();
      out.println(
          state
              .map("The next flanstream run goes on from the last checkpoint in %s"::formatted)
              .orElse(
                  "No state is kept of it: the next flanstream run begins where source.from says"));
      out.flush();
      return 0;
    }
  }
}
