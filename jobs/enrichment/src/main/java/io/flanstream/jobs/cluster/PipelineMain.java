package io.flanstream.jobs.cluster;

import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.pipeline.PipelineFile;
import io.flanstream.jobs.state.PipelineLaunch;
import io.flanstream.jobs.topology.EnrichmentJob;
import java.nio.file.Path;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * A pipeline as a Flink program: what an application cluster and a session job on Kubernetes name
 * as their entry class. Its one argument is the pipeline's file. It goes on from what the start
 * before left, where Flink keeps checkpoints and nothing else brings them back; it is refused while
 * the pipeline runs elsewhere.
 */
public final class PipelineMain {
  private PipelineMain() {}

  /** Adds the pipeline to the environment that Flink gives, and has it run. */
  public static void main(String[] arguments) throws Exception {
    if (arguments.length != 1) {
      throw new IllegalArgumentException(
          "Cannot run pipeline: its file must be the one argument, got %s"
              .formatted(arguments.length));
    }
    Pipeline pipeline = PipelineFile.read(Path.of(arguments[0]));
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    // Gives the pipeline's lease back unless the job has it.
    try (PipelineLaunch launch = DeployedStart.prepare(pipeline, env.getConfiguration())) {
      Configuration configuration = new Configuration();
      launch.configure(configuration);
      env.configure(configuration);
      EnrichmentJob.add(env, launch.pipeline(), launch.claim());
      var unusedClient = env.executeAsync(pipeline.name());
      launch.runs();
    }
  }
}
