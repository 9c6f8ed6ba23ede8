package io.flanstream.jobs.cli;

import io.flanstream.jobs.client.ClusterClient;
import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.pipeline.SourceTopics;
import io.flanstream.jobs.sql.HistoryJob;
import io.flanstream.jobs.state.OwnerClaim;
import io.flanstream.jobs.state.PipelineIdentity;
import io.flanstream.jobs.state.PipelineState;
import io.flanstream.jobs.state.Resumption;
import io.flanstream.jobs.state.StartChoice;
import io.flanstream.jobs.state.StartRecord;
import io.flanstream.jobs.state.StateLock;
import io.flanstream.jobs.terminal.CommandException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.StateRecoveryOptions;

/**
 * A start of a history's job, made ready before it is sent: what it goes on from, and where its
 * state goes. The state has what of the topic is in the table, and what is about to be: the offsets
 * of the consumer group are committed beside the table, not with it.
 */
final class HistoryStart implements AutoCloseable {
  private static final String AT_OFFSETS =
      "reads from the group's committed offsets, else from the start of the topic";

  private final Pipeline pipeline;
  private final Optional<PipelineState> state;
  private final Optional<StateLock> lock;
  private final Resumption resumption;
  private final long number;

  private HistoryStart(
      Pipeline pipeline,
      Optional<PipelineState> state,
      Optional<StateLock> lock,
      Resumption resumption,
      long number) {
    this.pipeline = pipeline;
    this.state = state;
    this.lock = lock;
    this.resumption = resumption;
    this.number = number;
  }

  /**
   * Makes a start ready.
   *
   * @param pipeline a pipeline that keeps its history
   * @param choice what to go on from
   * @param target the cluster that the job will be sent to; empty where it runs here
   * @param asksKafka whether Kafka is within reach
   * @throws CommandException if it cannot start
   */
  static HistoryStart prepare(
      Pipeline pipeline, StartChoice choice, Optional<HostPort> target, boolean asksKafka)
      throws IOException {
    String name = HistoryJob.name(pipeline);
    if (target.isPresent() && KeptState.runsOn(target.get(), name)) {
      throw new CommandException(
          "Cannot keep history: job %s must not run yet on %s: one job at a time may fill a table"
              .formatted(name, target.get()));
    }
    PipelineIdentity identity = identity(pipeline, name, asksKafka);
    Optional<PipelineState> state = KeptState.find(pipeline, identity, target, choice);
    Optional<StateLock> lock =
        target.isEmpty() && state.isPresent()
            ? KeptState.lock(name, state.get())
            : Optional.empty();
    try {
      return begun(pipeline, choice, target, identity, state, lock);
    } catch (IOException e) {
      close(lock);
      throw new CommandException(e.getMessage(), e);
    } catch (RuntimeException e) {
      close(lock);
      throw e;
    }
  }

  private static HistoryStart begun(
      Pipeline pipeline,
      StartChoice choice,
      Optional<HostPort> target,
      PipelineIdentity identity,
      Optional<PipelineState> state,
      Optional<StateLock> lock)
      throws IOException {
    Resumption resumption =
        choice.resolve(pipeline, state, Optional.empty(), identity, () -> Map.of());
    if (state.isEmpty()) {
      return new HistoryStart(pipeline, state, lock, resumption, 0);
    }
    List<StartRecord> starts = state.get().starts();
    long number = 1 + (starts.isEmpty() ? 0 : starts.get(0).number());
    state
        .get()
        .begin(
            new StartRecord(
                number,
                System.currentTimeMillis(),
                target.map(HostPort::toString).orElseGet(OwnerClaim::here),
                resumption.saved().map(saved -> saved.uri()).orElse(null),
                "",
                identity.topicId(),
                null));
    return new HistoryStart(
        pipeline.withCheckpointsIn(state.get().directory(number).toString()),
        state,
        lock,
        resumption,
        number);
  }

  private static PipelineIdentity identity(Pipeline pipeline, String name, boolean asksKafka) {
    String group = HistoryJob.groupId(pipeline);
    String topic = pipeline.sink().topic();
    return asksKafka
        ? PipelineIdentity.of(name, pipeline.kafka(), group, SourceTopics.of(topic))
        : new PipelineIdentity(name, pipeline.kafka().bootstrapServers(), group, topic, "");
  }

  /** The pipeline, with Flink checkpoints where this start has them. */
  Pipeline pipeline() {
    return pipeline;
  }

  /** What it goes on from, for people. */
  String said() {
    return resumption.saved().isPresent() ? resumption.said() : AT_OFFSETS;
  }

  /** Where its state is kept. */
  Optional<String> directory() {
    return state.map(kept -> kept.directory(number).toString());
  }

  /** Tells Flink what to go on from. */
  void configure(Configuration config) {
    directory()
        .ifPresent(
            uri ->
                config.set(
                    PipelineOptions.GLOBAL_JOB_PARAMETERS,
                    Map.of(ClusterClient.STATE_DIRECTORY, uri)));
    resumption
        .saved()
        .ifPresent(saved -> config.set(StateRecoveryOptions.SAVEPOINT_PATH, saved.uri()));
  }

  /** A bounded job has read to its end. */
  void ended() throws IOException {
    if (state.isPresent()) {
      state.get().ended(number);
    }
  }

  @Override
  public void close() throws IOException {
    close(lock);
  }

  private static void close(Optional<StateLock> lock) throws IOException {
    if (lock.isPresent()) {
      lock.get().close();
    }
  }
}
