package io.flanstream.jobs.state;

import io.flanstream.jobs.kafka.CommittedOffsets;
import io.flanstream.jobs.kafka.TopicOffsets;
import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.pipeline.Position;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateRecoveryOptions;

/**
 * A pipeline made ready before its job is sent, from the command line and in application mode
 * alike: that it runs nowhere else, what it goes on from, and where its state goes.
 */
public final class PipelineLaunch implements AutoCloseable {
  private final Pipeline pipeline;
  private final JobStart start;
  private final Optional<Ownership> ownership;
  private final Optional<OwnerClaim> claim;

  private PipelineLaunch(
      Pipeline pipeline,
      JobStart start,
      Optional<Ownership> ownership,
      Optional<OwnerClaim> claim) {
    this.pipeline = pipeline;
    this.start = start;
    this.ownership = ownership;
    this.claim = claim;
  }

  /**
   * Makes a pipeline ready whose Kafka is within reach.
   *
   * @param read the pipeline of the file
   * @param choice what to go on from
   * @param state its state; empty where none is kept
   * @param claimed as whom it is to run
   * @param isDead whether an owner is known to have ended without giving the lease back
   * @param says takes what there is to say meanwhile
   * @throws PipelineRunsException if it runs already
   * @throws OwnershipLostException if another run of it began at the same time
   * @throws IOException if there is a state that cannot be gone on from
   */
  public static PipelineLaunch prepare(
      Pipeline read,
      StartChoice choice,
      Optional<PipelineState> state,
      OwnerClaim claimed,
      Predicate<OwnerRecord> isDead,
      Consumer<String> says)
      throws IOException, InterruptedException, PipelineRunsException, OwnershipLostException {
    PipelineIdentity identity = PipelineIdentity.of(read);
    Ownership ownership = Ownership.take(claimed, isDead, says);
    try {
      Optional<OwnerRecord> before = ownership.before();
      Resumption resumption =
          choice.resolve(read, state, before, identity, () -> CommittedOffsets.committed(read));
      JobStart start = JobStart.next(state, resumption, before.map(OwnerRecord::start).orElse(0L));
      OwnerClaim claim =
          claimed.startedAs(
              start.number(),
              state.isPresent() ? state.get().id() : "",
              state.map(kept -> kept.root().toString()).orElse(""));
      ownership.claim(claim);
      return begun(
          betweenOffsets(begun(read, resumption)), start, claim, identity, Optional.of(ownership));
    } catch (IOException | OwnershipLostException | RuntimeException e) {
      ownership.release();
      throw e;
    }
  }

  /**
   * Makes a pipeline ready whose Kafka cannot be asked: nobody knows whether it runs already.
   *
   * @param read the pipeline of the file
   * @param choice what to go on from
   * @param state its state; empty where none is kept
   * @param claimed as whom it would run
   * @throws IOException if there is a state that cannot be gone on from
   */
  public static PipelineLaunch unasked(
      Pipeline read, StartChoice choice, Optional<PipelineState> state, OwnerClaim claimed)
      throws IOException {
    PipelineIdentity identity = PipelineIdentity.unasked(read);
    Resumption resumption =
        choice.resolve(
            read, state, Optional.empty(), identity, () -> CommittedOffsets.committed(read));
    return begun(
        begun(read, resumption),
        JobStart.next(state, resumption, 0),
        claimed,
        identity,
        Optional.empty());
  }

  private static PipelineLaunch begun(
      Pipeline placed,
      JobStart start,
      OwnerClaim claim,
      PipelineIdentity identity,
      Optional<Ownership> ownership)
      throws IOException {
    Pipeline pipeline = start.directory().map(placed::withCheckpointsIn).orElse(placed);
    start.begin(
        claim.place(),
        pipeline.source().from().text(),
        identity.topicId(),
        pipeline
            .source()
            .to()
            .map(end -> end instanceof Position.Offsets ends ? ends.byPartition() : null)
            .orElse(null));
    return new PipelineLaunch(pipeline, start, ownership, ownership.map(held -> claim));
  }

  /** The pipeline as it is to run. */
  public Pipeline pipeline() {
    return pipeline;
  }

  /** As whom; empty where nobody is asked. */
  public Optional<OwnerClaim> claim() {
    return claim;
  }

  /** What it goes on from, for people. */
  public String said() {
    return start.resumption().said();
  }

  /** Whether it goes on from a savepoint or checkpoint. */
  public boolean isRestored() {
    return start.resumption().saved().isPresent();
  }

  /** Where its state is kept. */
  public Optional<String> directory() {
    return start.directory();
  }

  /** Tells Flink what to go on from. */
  public void configure(Configuration config) {
    start.configure(config);
    if (isRestored()
        && pipeline.job().dedupWithin().isEmpty()
        && !config.contains(StateRecoveryOptions.SAVEPOINT_IGNORE_UNCLAIMED_STATE)) {
      // It may have ids of a dedup that was taken away.
      config.set(StateRecoveryOptions.SAVEPOINT_IGNORE_UNCLAIMED_STATE, true);
    }
  }

  /** The job runs, and keeps the lease from now on. */
  public void runs() {
    ownership.ifPresent(Ownership::close);
  }

  /** A bounded job has read to its end. */
  public void ended() throws IOException {
    start.ended();
  }

  /** The job has ended: another run need not wait to see whether it is silent for good. */
  public void over() {
    claim.ifPresent(OwnerLease::giveBack);
  }

  /** Gives the lease back, unless the job has it. */
  @Override
  public void close() {
    ownership.ifPresent(Ownership::release);
  }

  private static Pipeline begun(Pipeline pipeline, Resumption resumption) {
    return resumption
        .position()
        .map(position -> pipeline.reading(position, pipeline.source().to()))
        .orElse(pipeline);
  }

  /** The pipeline between offsets of its topics as they are now. */
  private static Pipeline betweenOffsets(Pipeline pipeline) {
    TopicOffsets topics = new TopicOffsets(pipeline.kafka(), pipeline.source().topics());
    Position from = pipeline.source().from();
    return pipeline.reading(
        from instanceof Position.Latest ? topics.resolved(from) : from,
        pipeline.source().to().map(topics::resolved));
  }
}
