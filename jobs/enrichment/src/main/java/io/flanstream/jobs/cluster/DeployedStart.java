package io.flanstream.jobs.cluster;

import io.flanstream.jobs.kafka.CommittedOffsets;
import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.pipeline.Position;
import io.flanstream.jobs.state.OwnerClaim;
import io.flanstream.jobs.state.PipelineIdentity;
import io.flanstream.jobs.state.PipelineState;
import io.flanstream.jobs.state.Resumption;
import io.flanstream.jobs.state.SavedState;
import io.flanstream.jobs.state.StartChoice;
import io.flanstream.jobs.state.StartRecord;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.fs.Path;
import org.apache.flink.runtime.jobmanager.HighAvailabilityMode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A start of a pipeline where only Flink's own configuration says what to go on from. A JobManager
 * that is started anew, as a container engine does it, would read the topic again; this finds what
 * the start before left. Nothing is done where something else brings the state back: high
 * availability, or a savepoint that the deployment names.
 */
final class DeployedStart {
  private static final Logger LOG = LoggerFactory.getLogger(DeployedStart.class);

  /** A job's parameter that names the directory of its state, as {@code jobs stop} reads it. */
  private static final String STATE_DIRECTORY = "flanstream.state-directory";

  private final Pipeline pipeline;
  private final Configuration configuration;

  private DeployedStart(Pipeline pipeline, Configuration configuration) {
    this.pipeline = pipeline;
    this.configuration = configuration;
  }

  /** The pipeline as it is to run. */
  Pipeline pipeline() {
    return pipeline;
  }

  /** What Flink is told besides. */
  Configuration configuration() {
    return configuration;
  }

  /**
   * Makes a start ready, and notes it.
   *
   * @param read the pipeline of the file
   * @param cluster Flink's configuration
   * @throws IOException if there is a state that cannot be gone on from
   */
  static DeployedStart prepare(Pipeline read, ReadableConfig cluster) throws IOException {
    Optional<String> base =
        read.job()
            .checkpointDirectory()
            .or(() -> cluster.getOptional(CheckpointingOptions.CHECKPOINTS_DIRECTORY));
    if (base.isEmpty() || isBroughtBack(cluster)) {
      return new DeployedStart(read, new Configuration());
    }
    PipelineIdentity identity = PipelineIdentity.of(read);
    PipelineState state = new PipelineState(new Path(base.get(), identity.directory()));
    Resumption resumption =
        new StartChoice.Newest()
            .resolve(
                read,
                Optional.of(state),
                Optional.empty(),
                identity,
                () -> CommittedOffsets.committed(read));
    LOG.info("State of pipeline {}: {}", read.name(), resumption.said());
    List<StartRecord> starts = state.starts();
    long number = starts.isEmpty() ? 1 : starts.get(0).number() + 1;
    String directory = state.directory(number).toString();
    Pipeline pipeline =
        resumption
            .position()
            .map(position -> read.reading(position, read.source().to()))
            .orElse(read)
            .withCheckpointsIn(directory);
    state.begin(record(number, resumption, pipeline, identity));
    return new DeployedStart(pipeline, configuration(pipeline, directory, resumption));
  }

  private static boolean isBroughtBack(ReadableConfig cluster) {
    return HighAvailabilityMode.isHighAvailabilityModeActivated(
            Configuration.fromMap(cluster.toMap()))
        || cluster.getOptional(StateRecoveryOptions.SAVEPOINT_PATH).isPresent();
  }

  private static Configuration configuration(
      Pipeline pipeline, String directory, Resumption resumption) {
    Configuration config = new Configuration();
    config.set(PipelineOptions.GLOBAL_JOB_PARAMETERS, Map.of(STATE_DIRECTORY, directory));
    resumption
        .saved()
        .ifPresent(
            saved -> {
              config.set(StateRecoveryOptions.SAVEPOINT_PATH, saved.uri());
              if (pipeline.job().dedupWithin().isEmpty()) {
                // It may have ids of a dedup that was taken away.
                config.set(StateRecoveryOptions.SAVEPOINT_IGNORE_UNCLAIMED_STATE, true);
              }
            });
    return config;
  }

  private static StartRecord record(
      long number, Resumption resumption, Pipeline pipeline, PipelineIdentity identity) {
    return new StartRecord(
        number,
        System.currentTimeMillis(),
        OwnerClaim.of(pipeline).place(),
        resumption.saved().map(SavedState::uri).orElse(null),
        resumption.saved().isPresent() ? "" : pipeline.source().from().text(),
        identity.topicId(),
        pipeline
            .source()
            .to()
            .map(end -> end instanceof Position.Offsets ends ? ends.byPartition() : null)
            .orElse(null));
  }
}
