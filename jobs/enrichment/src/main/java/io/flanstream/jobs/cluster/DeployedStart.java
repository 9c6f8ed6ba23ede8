package io.flanstream.jobs.cluster;

import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.state.OwnerClaim;
import io.flanstream.jobs.state.OwnershipLostException;
import io.flanstream.jobs.state.PipelineIdentity;
import io.flanstream.jobs.state.PipelineLaunch;
import io.flanstream.jobs.state.PipelineRunsException;
import io.flanstream.jobs.state.PipelineState;
import io.flanstream.jobs.state.StartChoice;
import java.io.IOException;
import java.util.Optional;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.fs.Path;
import org.apache.flink.runtime.jobmanager.HighAvailabilityMode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts of a pipeline where only Flink's own configuration says what to go on from. A JobManager
 * that is started anew, as a container engine does it, would read the topic again; this finds what
 * the start before left. A savepoint that the deployment names is gone on from once. Where high
 * availability brings the state back, it is left to that.
 */
final class DeployedStart {
  private static final Logger LOG = LoggerFactory.getLogger(DeployedStart.class);

  private DeployedStart() {}

  /**
   * Makes a start ready.
   *
   * @param read the pipeline of the file
   * @param cluster Flink's configuration
   * @throws PipelineRunsException if it runs elsewhere
   * @throws IOException if there is a state that cannot be gone on from
   */
  static PipelineLaunch prepare(Pipeline read, ReadableConfig cluster)
      throws IOException, InterruptedException, PipelineRunsException, OwnershipLostException {
    Optional<PipelineState> state = state(read, cluster);
    PipelineLaunch launch =
        PipelineLaunch.prepare(
            read,
            choice(cluster),
            state,
            OwnerClaim.of(read),
            // Whether a process of another machine or container is gone, only its silence tells.
            owner -> false,
            LOG::info);
    if (state.isPresent()) {
      LOG.info("State of pipeline {}: {}", read.name(), launch.said());
    }
    return launch;
  }

  private static Optional<PipelineState> state(Pipeline read, ReadableConfig cluster)
      throws IOException {
    Optional<String> base =
        read.job()
            .checkpointDirectory()
            .or(() -> cluster.getOptional(CheckpointingOptions.CHECKPOINTS_DIRECTORY));
    return base.isEmpty() || isHighlyAvailable(cluster)
        ? Optional.empty()
        : Optional.of(
            new PipelineState(new Path(base.get(), PipelineIdentity.of(read).directory())));
  }

  /** High availability has the newest state itself, whatever savepoint is named. */
  private static StartChoice choice(ReadableConfig cluster) {
    return cluster
        .getOptional(StateRecoveryOptions.SAVEPOINT_PATH)
        .filter(uri -> !isHighlyAvailable(cluster))
        .<StartChoice>map(StartChoice.Named::new)
        .orElseGet(StartChoice.Newest::new);
  }

  private static boolean isHighlyAvailable(ReadableConfig cluster) {
    return HighAvailabilityMode.isHighAvailabilityModeActivated(
        Configuration.fromMap(cluster.toMap()));
  }
}
