package io.flanstream.jobs.local;

import io.flanstream.jobs.client.RootCause;
import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.state.OwnerClaim;
import io.flanstream.jobs.topology.EnrichmentJob;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Optional;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** Sends a pipeline to a Flink cluster. */
public final class PipelineJob {
  private PipelineJob() {}

  /** Sends a pipeline's job, beside which there may be others. */
  public static JobClient submit(Pipeline pipeline, Configuration client) throws IOException {
    return submit(pipeline, Optional.empty(), client);
  }

  /**
   * Sends a pipeline's job.
   *
   * @param pipeline what to run
   * @param claim as whom it runs; where empty, nobody is asked whether it runs already
   * @param client where, and what else to tell Flink
   * @return the job, which may not have started yet
   * @throws IOException if the cluster does not take it
   */
  public static JobClient submit(
      Pipeline pipeline, Optional<OwnerClaim> claim, Configuration client) throws IOException {
    StreamExecutionEnvironment env = new StreamExecutionEnvironment(client);
    EnrichmentJob.add(env, pipeline, claim);
    try {
      return env.executeAsync(pipeline.name());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("Cannot submit job: interrupted");
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException(
          "Cannot submit job: %s: %s".formatted(e.getMessage(), RootCause.of(e).getMessage()), e);
    }
  }
}
