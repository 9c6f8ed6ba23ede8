package io.flanstream.jobs.cli;

import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.pipeline.SourceTopics;
import io.flanstream.jobs.sql.HistoryJob;
import io.flanstream.jobs.state.JobStart;
import io.flanstream.jobs.state.OwnerClaim;
import io.flanstream.jobs.state.PipelineIdentity;
import io.flanstream.jobs.state.PipelineState;
import io.flanstream.jobs.state.Resumption;
import io.flanstream.jobs.state.StartChoice;
import io.flanstream.jobs.state.StateLock;
import io.flanstream.jobs.terminal.CommandException;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.configuration.Configuration;

/**
 * A start of a history's job, made ready before it is sent: what it goes on from, and where its
 * state goes. The state has what of the topic is in the table, and what is about to be: the offsets
 * of the consumer group are committed beside the table, not with it.
 */
final class HistoryStart implements AutoCloseable {
  private static final String AT_OFFSETS =
      "reads from the group's committed offsets, else from the start of the topic";

  private final Pipeline pipeline;
  private final Optional<StateLock> lock;
  private final JobStart start;

  private HistoryStart(Pipeline pipeline, Optional<StateLock> lock, JobStart start) {
    this.pipeline = pipeline;
    this.lock = lock;
    this.start = start;
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
    JobStart start =
        JobStart.next(
            state, choice.resolve(pipeline, state, Optional.empty(), identity, () -> Map.of()), 0);
    start.begin(
        target.map(HostPort::toString).orElseGet(OwnerClaim::here), "", identity.topicId(), null);
    return new HistoryStart(
        start.directory().map(pipeline::withCheckpointsIn).orElse(pipeline), lock, start);
  }

  private static PipelineIdentity identity(Pipeline pipeline, String name, boolean asksKafka) {
    String group = HistoryJob.groupId(pipeline);
    SourceTopics topics = new SourceTopics(pipeline.sink().topics(), null);
    return asksKafka
        ? PipelineIdentity.of(name, pipeline.kafka(), group, topics)
        : new PipelineIdentity(
            name, pipeline.kafka().bootstrapServers(), group, topics.identity(), "");
  }

  /** The pipeline, with Flink checkpoints where this start has them. */
  Pipeline pipeline() {
    return pipeline;
  }

  /** What it goes on from, for people. */
  String said() {
    Resumption resumption = start.resumption();
    return resumption.saved().isPresent() ? resumption.said() : AT_OFFSETS;
  }

  /** Where its state is kept. */
  Optional<String> directory() {
    return start.directory();
  }

  /** Tells Flink what to go on from. */
  void configure(Configuration config) {
    start.configure(config);
  }

  /** A bounded job has read to its end. */
  void ended() throws IOException {
    start.ended();
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
