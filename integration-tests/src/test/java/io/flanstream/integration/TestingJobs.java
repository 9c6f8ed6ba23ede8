package io.flanstream.integration;

import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.topology.EnrichmentJob;
import io.flanstream.model.flink.ModelProvider;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** Enrichment jobs in this process, each on a Flink cluster of its own. */
final class TestingJobs {
  private static final int SLOTS = 2;

  private TestingJobs() {}

  static JobClient submit(Pipeline pipeline, ModelProvider model, Configuration config)
      throws Exception {
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.createLocalEnvironment(SLOTS, config);
    EnrichmentJob.add(env, pipeline, model);
    return env.executeAsync(pipeline.name());
  }

  static JobClient submit(Pipeline pipeline, ModelProvider model) throws Exception {
    return submit(pipeline, model, new Configuration());
  }

  /** A job that goes on from a savepoint. */
  static JobClient resume(Pipeline pipeline, ModelProvider model, String savepoint)
      throws Exception {
    return submit(
        pipeline, model, new Configuration().set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint));
  }

  /** A job that its first failure ends. */
  static JobClient submitWithoutRestarts(Pipeline pipeline, ModelProvider model) throws Exception {
    return submit(
        pipeline, model, new Configuration().set(RestartStrategyOptions.RESTART_STRATEGY, "none"));
  }

  /**
   * Stops one with a savepoint.
   *
   * @return the savepoint, a URI
   */
  static String stop(JobClient job, Path directory)
      throws ExecutionException, InterruptedException {
    return job.stopWithSavepoint(false, directory.toUri().toString(), SavepointFormatType.CANONICAL)
        .get();
  }
}
