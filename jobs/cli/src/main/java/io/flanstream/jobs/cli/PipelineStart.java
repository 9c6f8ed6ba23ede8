package io.flanstream.jobs.cli;

import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.state.OwnerClaim;
import io.flanstream.jobs.state.OwnerRecord;
import io.flanstream.jobs.state.OwnershipLostException;
import io.flanstream.jobs.state.PipelineIdentity;
import io.flanstream.jobs.state.PipelineLaunch;
import io.flanstream.jobs.state.PipelineRunsException;
import io.flanstream.jobs.state.PipelineState;
import io.flanstream.jobs.state.StartChoice;
import io.flanstream.jobs.state.StateLock;
import io.flanstream.jobs.terminal.CommandException;
import io.flanstream.jobs.terminal.ShortDuration;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * A pipeline that a command makes ready, with the lock of its state on this machine where its job
 * runs here.
 *
 * @param launch the pipeline, ready
 * @param lock the lock; empty where the job runs elsewhere or no state is kept here
 * @param runsHere whether the job runs in this process
 */
record PipelineStart(PipelineLaunch launch, Optional<StateLock> lock, boolean runsHere)
    implements AutoCloseable {

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
    OwnerClaim here = OwnerClaim.of(read);
    OwnerClaim claimed = target.map(address -> here.on(address.toString())).orElse(here);
    try {
      return new PipelineStart(
          asksKafka
              ? PipelineLaunch.prepare(
                  read, choice, state, claimed, isDead(read, target, state, lock.isPresent()), says)
              : PipelineLaunch.unasked(read, choice, state, claimed),
          lock,
          target.isEmpty());
    } catch (InterruptedIOException | RuntimeException e) {
      close(lock);
      throw e;
    } catch (IOException | PipelineRunsException | OwnershipLostException e) {
      close(lock);
      throw new CommandException(e.getMessage(), e);
    }
  }

  /** What deduplication remembers, for people; empty where there is none. */
  Optional<String> dedupSaid() {
    return launch
        .pipeline()
        .job()
        .dedupWithin()
        .map(
            within ->
                launch.isRestored()
                    ? "remembers the ids of the last " + ShortDuration.of(within)
                    : "remembers no id from before this start");
  }

  @Override
  public void close() throws IOException {
    launch.close();
    if (runsHere) {
      launch.over();
    }
    close(lock);
  }

  private static void close(Optional<StateLock> lock) throws IOException {
    if (lock.isPresent()) {
      lock.get().close();
    }
  }

  private static Predicate<OwnerRecord> isDead(
      Pipeline pipeline, Optional<HostPort> target, Optional<PipelineState> state, boolean locked)
      throws IOException {
    String store = state.isPresent() ? state.get().id() : "";
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
}
