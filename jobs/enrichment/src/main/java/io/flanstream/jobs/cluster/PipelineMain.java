package io.flanstream.jobs.cluster;

import io.flanstream.jobs.kafka.KafkaRequirements;
import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.pipeline.PipelineFile;
import io.flanstream.jobs.state.OwnershipLostException;
import io.flanstream.jobs.state.PipelineLaunch;
import io.flanstream.jobs.state.PipelineRunsException;
import io.flanstream.jobs.topology.EnrichmentJob;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A pipeline as a Flink program: what an application cluster and a session job on Kubernetes name
 * as their entry class. Its arguments are the pipeline's file and, where missing output topics are
 * to be created, {@code --create-topics}. It goes on from what the start before left, where Flink
 * keeps checkpoints and nothing else brings them back; it is refused while the pipeline runs
 * elsewhere, and where Kafka does not have what the pipeline needs.
 */
public final class PipelineMain {
  private static final Logger LOG = LoggerFactory.getLogger(PipelineMain.class);
  private static final String CREATE_TOPICS = "--create-topics";

  private PipelineMain() {}

  /** Adds the pipeline to the environment that Flink gives, and has it run. */
  public static void main(String[] arguments) throws Exception {
    List<String> files = new ArrayList<>(List.of(arguments));
    boolean createTopics = files.remove(CREATE_TOPICS);
    if (files.size() != 1 || files.get(0).startsWith("--")) {
      throw new IllegalArgumentException(
          "Cannot run pipeline: the arguments must be its file and perhaps %s, got %s"
              .formatted(CREATE_TOPICS, String.join(" ", arguments)));
    }
    try {
      run(PipelineFile.read(Path.of(files.get(0))), createTopics);
    } catch (IOException | RuntimeException | PipelineRunsException | OwnershipLostException e) {
      // Flink says it at a level that a deployment may not log.
      LOG.error("The pipeline of {} does not start: {}", files.get(0), e.getMessage());
      throw e;
    }
  }

  // Flink's own executeAsync throws no less.
  @SuppressWarnings("InterruptedExceptionSwallowed")
  private static void run(Pipeline pipeline, boolean createTopics) throws Exception {
    KafkaRequirements.check(pipeline, createTopics, LOG::info).forEach(LOG::warn);
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
