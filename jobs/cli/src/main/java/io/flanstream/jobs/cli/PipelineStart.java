package io.flanstream.jobs.cli;

import io.flanstream.jobs.client.ClusterClient;
import io.flanstream.jobs.kafka.CommittedOffsets;
import io.flanstream.jobs.kafka.TopicOffsets;
import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.pipeline.Position;
import io.flanstream.jobs.state.OwnerClaim;
import io.flanstream.jobs.state.OwnerRecord;
import io.flanstream.jobs.state.Ownership;
import io.flanstream.jobs.state.OwnershipLostException;
import io.flanstream.jobs.state.PipelineIdentity;
import io.flanstream.jobs.state.PipelineRunsException;
import io.flanstream.jobs.state.PipelineState;
import io.flanstream.jobs.state.Resumption;
import io.flanstream.jobs.state.StartChoice;
import io.flanstream.jobs.state.StartRecord;
import io.flanstream.jobs.state.StateLock;
import io.flanstream.jobs.terminal.CommandException;
import io.flanstream.jobs.terminal.ShortDuration;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.StateRecoveryOptions;

/**
 * A start of a pipeline, made ready before its job is sent: that it runs nowhere else, what it goes
 * on from, and where its state goes.
 */
final class PipelineStart implements AutoCloseable {
  private final Pipeline pipeline;
  private final Optional<PipelineState> state;
  private final Optional<StateLock> lock;
  private final Optional<Ownership> ownership;
  private final Optional<OwnerClaim> claim;
  private final Resumption resumption;
  private final long number;

  private PipelineStart(
      Pipeline pipeline,
      Optional<PipelineState> state,
      Optional<StateLock> lock,
      Optional<Ownership> ownership,
      Optional<OwnerClaim> claim,
      Resumption resumption,
      long number) {
    this.pipeline = pipeline;
    this.state = state;
    this.lock = lock;
    this.ownership = ownership;
    this.claim = claim;
    this.resumption = resumption;
    this.number = number;
  }

  /**
   * Makes a start ready.
   *
   * @param read the pipeline
   * @param choice what to go on from
   * @param target the cluster that the job will be sent to; empty where it runs here
   * @param asksKafka whether Kafka is within reach
   * @param says takes what there is to say meanwhile
   * @throws CommandException if it cannot start
   */
  static PipelineStart prepare(
      Pipeline read,
      StartChoice choice,
      Optional<HostPort> target,
      boolean asksKafka,
      Consumer<String> says)
      throws IOException, InterruptedException {
    PipelineIdentity identity =
        asksKafka ? PipelineIdentity.of(read) : PipelineIdentity.unasked(read);
    Optional<PipelineState> state = KeptState.find(read, identity, target, choice);
    Optional<StateLock> lock =
        target.isEmpty() && state.isPresent()
            ? KeptState.lock(read.name(), state.get())
            : Optional.empty();
    try {
      return prepare(read, choice, target, asksKafka, says, identity, state, lock);
    } catch (PipelineRunsException | OwnershipLostException e) {
      close(lock);
      throw new CommandException(e.getMessage(), e);
    } catch (IOException | RuntimeException e) {
      close(lock);
      throw e;
    }
  }

  private static PipelineStart prepare(
      Pipeline read,
      StartChoice choice,
      Optional<HostPort> target,
      boolean asksKafka,
      Consumer<String> says,
      PipelineIdentity identity,
      Optional<PipelineState> state,
      Optional<StateLock> lock)
      throws IOException, InterruptedException, PipelineRunsException, OwnershipLostException {
    String store = state.isPresent() ? state.get().id() : "";
    OwnerClaim here = OwnerClaim.of(read);
    OwnerClaim placed = target.map(address -> here.on(address.toString())).orElse(here);
    Optional<Ownership> ownership =
        asksKafka
            ? Optional.of(
                Ownership.take(placed, isDead(read, target, store, lock.isPresent()), says))
            : Optional.empty();
    Optional<OwnerRecord> before = ownership.flatMap(Ownership::before);
    try {
      Resumption resumption =
          choice.resolve(read, state, before, identity, () -> CommittedOffsets.committed(read));
      long number = 1 + Math.max(newest(state), before.map(OwnerRecord::start).orElse(0L));
      Pipeline pipeline = asksKafka ? placed(read, resumption) : begun(read, resumption);
      if (state.isPresent()) {
        pipeline = pipeline.withCheckpointsIn(state.get().directory(number).toString());
      }
      Optional<OwnerClaim> claim =
          ownership.isPresent()
              ? Optional.of(
                  placed.startedAs(
                      number, store, state.map(kept -> kept.root().toString()).orElse("")))
              : Optional.empty();
      if (ownership.isPresent()) {
        ownership.get().claim(claim.orElseThrow());
      }
      if (state.isPresent()) {
        state.get().begin(record(number, placed, resumption, pipeline, identity));
      }
      return new PipelineStart(pipeline, state, lock, ownership, claim, resumption, number);
    } catch (InterruptedIOException | OwnershipLostException | RuntimeException e) {
      ownership.ifPresent(Ownership::release);
      throw e;
    } catch (IOException e) {
      ownership.ifPresent(Ownership::release);
      throw new CommandException(e.getMessage(), e);
    }
  }

  /** The pipeline as it is to run. */
  Pipeline pipeline() {
    return pipeline;
  }

  /** As whom. */
  Optional<OwnerClaim> claim() {
    return claim;
  }

  /** What it goes on from, for people. */
  String said() {
    return resumption.said();
  }

  /** What deduplication remembers, for people; empty where there is none. */
  Optional<String> dedupSaid() {
    return pipeline
        .job()
        .dedupWithin()
        .map(
            within ->
                resumption.saved().isPresent()
                    ? "remembers the ids of the last " + ShortDuration.of(within)
                    : "remembers no id from before this start");
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
        .ifPresent(
            saved -> {
              config.set(StateRecoveryOptions.SAVEPOINT_PATH, saved.uri());
              if (pipeline.job().dedupWithin().isEmpty()
                  && !config.contains(StateRecoveryOptions.SAVEPOINT_IGNORE_UNCLAIMED_STATE)) {
                // It may have ids of a dedup that was taken away.
                config.set(StateRecoveryOptions.SAVEPOINT_IGNORE_UNCLAIMED_STATE, true);
              }
            });
  }

  /** The job has been sent, and keeps the lease from when it runs. */
  void runs() {
    ownership.ifPresent(Ownership::close);
  }

  /** A bounded job has read to its end. */
  void ended() throws IOException {
    if (state.isPresent()) {
      state.get().ended(number);
    }
  }

  @Override
  public void close() throws IOException {
    ownership.ifPresent(Ownership::release);
    close(lock);
  }

  private static void close(Optional<StateLock> lock) throws IOException {
    if (lock.isPresent()) {
      lock.get().close();
    }
  }

  private static Predicate<OwnerRecord> isDead(
      Pipeline pipeline, Optional<HostPort> target, String store, boolean locked) {
    return owner -> {
      if (owner.cluster().isEmpty()) {
        // Whoever had this directory's lock is gone.
        return locked && owner.store().equals(store);
      }
      return target.isPresent()
          && owner.cluster().equals(target.get().toString())
          && !KeptState.runsOn(target.get(), pipeline.name());
    };
  }

  private static long newest(Optional<PipelineState> state) throws IOException {
    if (state.isEmpty()) {
      return 0;
    }
    List<StartRecord> starts = state.get().starts();
    return starts.isEmpty() ? 0 : starts.get(0).number();
  }

  private static Pipeline begun(Pipeline pipeline, Resumption resumption) {
    return resumption
        .position()
        .map(position -> pipeline.reading(position, pipeline.source().to()))
        .orElse(pipeline);
  }

  /** The pipeline between offsets of its topics as they are now. */
  private static Pipeline placed(Pipeline pipeline, Resumption resumption) {
    Pipeline begun = begun(pipeline, resumption);
    TopicOffsets topics = new TopicOffsets(pipeline.kafka(), pipeline.source().topics());
    Position from = begun.source().from();
    return begun.reading(
        from instanceof Position.Latest ? topics.resolved(from) : from,
        begun.source().to().map(topics::resolved));
  }

  private static StartRecord record(
      long number,
      OwnerClaim claim,
      Resumption resumption,
      Pipeline pipeline,
      PipelineIdentity identity) {
    return new StartRecord(
        number,
        System.currentTimeMillis(),
        claim.place(),
        resumption.saved().map(saved -> saved.uri()).orElse(null),
        resumption.saved().isPresent() ? "" : pipeline.source().from().text(),
        identity.topicId(),
        pipeline
            .source()
            .to()
            .map(end -> end instanceof Position.Offsets ends ? ends.byPartition() : null)
            .orElse(null));
  }
}
