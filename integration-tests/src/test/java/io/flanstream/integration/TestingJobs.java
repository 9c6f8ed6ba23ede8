package io.flanstream.integration;

import io.flanstream.jobs.local.EmbeddedFlink;
import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.topology.EnrichmentJob;
import io.flanstream.model.flink.ModelProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** Enrichment jobs in this process. */
final class TestingJobs {
  private static final int SLOTS = 2;

  private TestingJobs() {}

  /** A job on a Flink of its own, which has its settings. */
  static JobClient submit(Pipeline pipeline, ModelProvider model, Configuration config)
      throws Exception {
    return submit(
        pipeline, model, StreamExecutionEnvironment.createLocalEnvironment(SLOTS, config));
  }

  /** A job on the Flink of this process. */
  static JobClient submit(Pipeline pipeline, ModelProvider model) throws Exception {
    return submitHere(pipeline, model, new Configuration());
  }

  /** A job that goes on from a savepoint. */
  static JobClient resume(Pipeline pipeline, ModelProvider model, String savepoint)
      throws Exception {
    return submitHere(
        pipeline, model, new Configuration().set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint));
  }

  /** A job that its first failure ends. */
  static JobClient submitWithoutRestarts(Pipeline pipeline, ModelProvider model) throws Exception {
    return submitHere(
        pipeline, model, new Configuration().set(RestartStrategyOptions.RESTART_STRATEGY, "none"));
  }

  private static JobClient submitHere(Pipeline pipeline, ModelProvider model, Configuration job)
      throws Exception {
    Configuration config = new Configuration(job);
    config.addAll(Here.FLINK.client());
    StreamExecutionEnvironment env = new StreamExecutionEnvironment(config);
    env.setParallelism(SLOTS);
    return submit(pipeline, model, env);
  }

  private static JobClient submit(
      Pipeline pipeline, ModelProvider model, StreamExecutionEnvironment env) throws Exception {
    EnrichmentJob.add(env, pipeline, model);
    return env.executeAsync(pipeline.name());
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

  /** One Flink for the jobs of all tests of this process, which ends with it. */
  private static final class Here {
    /** Jobs that end hold theirs for a moment. */
    private static final int ALL_SLOTS = 8 * SLOTS;

    private static final EmbeddedFlink FLINK = start();

    private static EmbeddedFlink start() {
      try {
        EmbeddedFlink flink = EmbeddedFlink.start(ALL_SLOTS, new Configuration());
        Runtime.getRuntime().addShutdownHook(new Thread(() -> close(flink)));
        return flink;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static void close(EmbeddedFlink flink) {
      try {
        flink.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
