package io.flanstream.operators.serialize;

import java.time.Duration;
import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/**
 * Ends a task before the transactions behind it time out. They stay open from one Flink checkpoint
 * that completes to the next. A broker aborts one that has been open too long; a checkpoint that
 * completes later counts its records as written all the same, and they are lost. A restart from the
 * last completed checkpoint writes them again.
 */
final class CommitDeadline {
  private final Duration longest;
  private final LongSupplier nanoTime;
  private final NavigableMap<Long, Long> snapshots = new TreeMap<>();
  private OptionalLong since = OptionalLong.empty();

  /**
   * Begins with the first checkpoint: before, models are loaded and nothing is written.
   *
   * @param longest how long after a checkpoint that completes the next one may begin
   * @param nanoTime as of {@link System#nanoTime()}
   */
  CommitDeadline(Duration longest, LongSupplier nanoTime) {
    this.longest = longest;
    this.nanoTime = nanoTime;
  }

  /**
   * A checkpoint begins.
   *
   * @throws IllegalStateException if it is too late
   */
  void snapshot(long checkpoint) {
    long now = nanoTime.getAsLong();
    Duration age = Duration.ofNanos(now - since.orElse(now));
    if (age.compareTo(longest) > 0) {
      throw new IllegalStateException(
          "Cannot keep transactions open: the last Flink checkpoint to complete must have begun at most %s s ago, got %s s"
              .formatted(longest.toSeconds(), age.toSeconds()));
    }
    since = OptionalLong.of(since.orElse(now));
    snapshots.put(checkpoint, now);
  }

  /** A checkpoint is complete, and those before it are settled. */
  void complete(long checkpoint) {
    Long began = snapshots.get(checkpoint);
    since = began == null ? since : OptionalLong.of(began);
    snapshots.headMap(checkpoint, true).clear();
  }
}
