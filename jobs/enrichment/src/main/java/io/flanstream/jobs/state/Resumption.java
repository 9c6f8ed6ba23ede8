package io.flanstream.jobs.state;

import io.flanstream.jobs.kafka.TopicIds;
import io.flanstream.jobs.pipeline.Position;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.flink.core.fs.Path;

/**
 * What a run goes on from.
 *
 * @param saved savepoint or checkpoint; empty where it begins at offsets
 * @param position where it begins otherwise; empty where the pipeline's file says
 * @param said what there is to say of it
 * @param named the savepoint that a deployment names, whether it is obeyed or was before
 */
public record Resumption(
    Optional<SavedState> saved, Optional<Position> position, String said, Optional<String> named) {
  private static final String WAYS_OUT =
      ". --from-offsets goes on from the consumer group's offsets, and says what that costs;"
          + " --from-savepoint URI goes on from a savepoint or checkpoint";

  Resumption(Optional<SavedState> saved, Optional<Position> position, String said) {
    this(saved, position, said, Optional.empty());
  }

  /** The same where a deployment names a savepoint. */
  Resumption named(String uri) {
    return new Resumption(saved, position, said, Optional.of(uri));
  }

  /** Goes on from a savepoint or checkpoint. */
  static Resumption from(SavedState saved, String said) {
    return new Resumption(Optional.of(saved), Optional.empty(), said);
  }

  /** Begins at a position. */
  static Resumption at(Position position, String said) {
    return new Resumption(Optional.empty(), Optional.of(position), said);
  }

  /**
   * Finds what the newest start of a pipeline left.
   *
   * @param state the pipeline's state
   * @param before who ran it last, as Kafka knows it
   * @param identity which pipeline it is now
   * @param committed offsets of the consumer group now
   * @throws IOException if what is there cannot be gone on from
   */
  static Resumption newest(
      PipelineState state,
      Optional<OwnerRecord> before,
      PipelineIdentity identity,
      Supplier<Map<String, Long>> committed)
      throws IOException {
    PipelineState last = last(state, before);
    List<StartRecord> starts = last.starts();
    if (starts.isEmpty()) {
      return new Resumption(
          Optional.empty(), Optional.empty(), "first start: reads from where source.from says");
    }
    StartRecord start = starts.get(0);
    Optional<String> changed =
        TopicIds.parse(identity.topicId()).changedSince(start.topicId(), identity.topic());
    if (changed.isPresent()) {
      throw new IOException(
          "Cannot resume pipeline %s: topic %s must be the one that it read, got one that was created later%s"
              .formatted(identity.name(), changed.get(), WAYS_OUT));
    }
    Optional<SavedState> saved = last.newest(start);
    if (saved.isPresent() && !saved.get().ended()) {
      checkNewest(saved, start, before, identity);
      return from(saved.get(), "goes on from " + described(saved.get()));
    }
    if (saved.isPresent() || last.hasEnded(start) || hasReadAll(start, committed)) {
      return afterTheEnd(start);
    }
    checkNewest(Optional.empty(), start, before, identity);
    if (start.from() != null) {
      SavedState earlier = SavedState.read(new Path(start.from()));
      return from(earlier, "goes on from " + described(earlier));
    }
    return new Resumption(
        Optional.empty(),
        Optional.of(start.offsets()).filter(offsets -> !offsets.isEmpty()).map(Position::parse),
        "the last start has no checkpoint: begins where that began");
  }

  /** Kafka knows of a later state where somebody stopped the job past us, or deleted it. */
  private static void checkNewest(
      Optional<SavedState> saved,
      StartRecord start,
      Optional<OwnerRecord> before,
      PipelineIdentity identity)
      throws IOException {
    long known =
        before
            .filter(owner -> owner.start() == start.number())
            .map(OwnerRecord::checkpoint)
            .orElse(0L);
    if (saved.map(SavedState::id).orElse(0L) < known) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "Cannot resume pipeline %s: its newest state must be there, which is checkpoint or"
                  + " savepoint %d, got %s%s",
              identity.name(),
              known,
              saved.map(Resumption::described).orElse("none"),
              WAYS_OUT));
    }
  }

  private static PipelineState last(PipelineState state, Optional<OwnerRecord> before)
      throws IOException {
    if (before.isEmpty()
        || before.get().store().isEmpty()
        || before.get().store().equals(state.id())) {
      return state;
    }
    OwnerRecord owner = before.get();
    try {
      PipelineState other = new PipelineState(new Path(owner.directory()));
      if (!other.starts().isEmpty() && other.id().equals(owner.store())) {
        return other;
      }
    } catch (IOException | RuntimeException e) {
      throw elsewhere(state, owner, e);
    }
    throw elsewhere(state, owner, null);
  }

  private static IOException elsewhere(PipelineState state, OwnerRecord owner, Exception cause) {
    return new IOException(
        String.format(
            Locale.ROOT,
            "Cannot resume pipeline: its newest state must be within reach, got that of start %d in"
                + " %s, run by %s, where %s has no such state. Set job.checkpoint-directory to a"
                + " directory that every machine reaches%s",
            owner.start(),
            owner.directory(),
            owner.who(),
            state.root(),
            WAYS_OUT),
        cause);
  }

  private static Resumption afterTheEnd(StartRecord start) {
    String said = "the last run had read to its end: begins there; dedup remembers nothing of it";
    return at(
        start.ends() == null ? new Position.Committed() : new Position.Offsets(start.ends()), said);
  }

  private static boolean hasReadAll(StartRecord start, Supplier<Map<String, Long>> committed) {
    if (start.ends() == null) {
      return false;
    }
    Map<String, Long> now = committed.get();
    return start.ends().entrySet().stream()
        .allMatch(end -> now.getOrDefault(end.getKey(), 0L) >= end.getValue());
  }

  /** A savepoint or checkpoint, for people. */
  static String described(SavedState saved) {
    return String.format(
        Locale.ROOT,
        "%s %d of %s: %s",
        saved.savepoint() ? "savepoint" : "checkpoint",
        saved.id(),
        Age.since(saved.at()),
        saved.uri());
  }
}
