package io.flanstream.jobs.state;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.StateRecoveryOptions;

/**
 * A start of a job that keeps state from run to run: what it goes on from, and where its own state
 * goes.
 *
 * @param state the state that is kept; empty where none is
 * @param resumption what it goes on from
 * @param number number of the start, from 1
 */
public record JobStart(Optional<PipelineState> state, Resumption resumption, long number) {
  /** A job's parameter that names the directory of its state: who stops the job reads it. */
  public static final String STATE_DIRECTORY = "flanstream.state-directory";

  /**
   * The start after those that are known.
   *
   * @param state the state that is kept
   * @param resumption what it goes on from
   * @param atLeast number of a start that is known from elsewhere; 0 where none is
   */
  public static JobStart next(Optional<PipelineState> state, Resumption resumption, long atLeast)
      throws IOException {
    List<StartRecord> starts = state.isPresent() ? state.get().starts() : List.of();
    long newest = starts.isEmpty() ? 0 : starts.get(0).number();
    return new JobStart(state, resumption, 1 + Math.max(newest, atLeast));
  }

  /**
   * Notes it, before its job runs; does nothing where no state is kept.
   *
   * @param place where it runs, for people
   * @param offsets where it begins unless it goes on from a savepoint or checkpoint
   * @param topicId ids of the source topics; empty where they are not known
   * @param ends where it ends in each partition; null where it does not
   */
  public void begin(String place, String offsets, String topicId, Map<String, Long> ends)
      throws IOException {
    if (state.isPresent()) {
      state
          .get()
          .begin(
              new StartRecord(
                  number,
                  System.currentTimeMillis(),
                  place,
                  resumption.saved().map(SavedState::uri).orElse(null),
                  resumption.saved().isPresent() ? "" : offsets,
                  topicId,
                  ends,
                  resumption.named().orElse(null)));
    }
  }

  /** Where its job has its checkpoints. */
  public Optional<String> directory() {
    return state.map(kept -> kept.directory(number).toString());
  }

  /** Tells Flink what to go on from. */
  public void configure(Configuration config) {
    directory()
        .ifPresent(
            uri -> config.set(PipelineOptions.GLOBAL_JOB_PARAMETERS, Map.of(STATE_DIRECTORY, uri)));
    resumption
        .saved()
        .ifPresent(saved -> config.set(StateRecoveryOptions.SAVEPOINT_PATH, saved.uri()));
  }

  /** Notes that its bounded job has read to its end. */
  public void ended() throws IOException {
    if (state.isPresent()) {
      state.get().ended(number);
    }
  }
}
