package io.flanstream.jobs.cli;

import io.flanstream.jobs.client.ClusterClient;
import io.flanstream.jobs.state.JobStart;
import io.flanstream.jobs.state.PipelineState;
import io.flanstream.jobs.terminal.StandardStreams;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.flink.api.common.JobID;
import org.apache.flink.core.fs.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code flanstream jobs stop}. */
@Command(
    name = "stop",
    description = {
      "Stop a job after a savepoint, and print where it is.",
      "What the job has written is committed with it, and what is in flight is in it: the next"
          + " \"flanstream run --target\" of the pipeline goes on from there."
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
      JobID id = TargetArgument.job(client, job);
      Optional<String> directory = savepoint.filter(uri -> !uri.isEmpty());
      if (directory.isEmpty()) {
        directory = client.savepointDirectory();
      }
      noteBefore(client, id, directory);
      String written = client.stop(id, directory);
      PrintWriter out = StandardStreams.writer();
      out.println(written);
      out.flush();
      return 0;
    }
  }

  /** So that the next run finds the savepoint, whatever becomes of this process. */
  private static void noteBefore(ClusterClient client, JobID job, Optional<String> directory)
      throws IOException {
    Optional<String> state = client.parameter(job, JobStart.STATE_DIRECTORY);
    if (state.isPresent() && directory.isPresent()) {
      try {
        PipelineState.stopsInto(
            new Path(state.get()), new Path(directory.get()), job.toHexString());
      } catch (IOException e) {
        StandardStreams.errorWriter()
            .println(
                "The next run has to be told of the savepoint by --from-savepoint: %s cannot be written: %s"
                    .formatted(state.get(), e.getMessage()));
      }
    }
  }
}
