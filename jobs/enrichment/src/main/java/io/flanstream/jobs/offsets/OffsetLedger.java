package io.flanstream.jobs.offsets;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/**
 * What the subtasks of a job have told about its Flink checkpoints, and the offsets that are safe
 * to commit by it.
 *
 * <p>A checkpoint's offsets are safe once it is complete and every subtask of a sink that was part
 * of it has committed it. The offset of a partition is then its first record that was in flight at
 * the checkpoint, else the position that it had been read to. Subtasks tell about a checkpoint
 * before they acknowledge it, so that all of it is here when one is told that it is complete.
 * Subtasks that have ended are not part of a checkpoint.
 *
 * <p>Not thread-safe.
 *
 * @param <P> names a partition
 */
final class OffsetLedger<P> {
  private static final int MOST_OPEN = 64;

  private final NavigableMap<Long, Open<P>> open = new TreeMap<>();
  private final Map<Long, Long> committed = new HashMap<>();
  private final Map<P, Long> read = new HashMap<>();
  private final Map<Long, Long> begun = new HashMap<>();
  private final Map<Long, Long> counts = new HashMap<>();
  private final Map<P, Long> safeOffsets = new HashMap<>();
  private long safe = Long.MIN_VALUE;

  /** A checkpoint that is not known to be safe. */
  private static final class Open<P> {
    private final Map<P, Long> read = new HashMap<>();
    private final Map<P, Long> known = new HashMap<>();
    private final Map<P, Long> inFlight = new HashMap<>();
    private final Set<Long> sinks = new HashSet<>();
    private final Map<Long, Long> counts = new HashMap<>();
    private boolean isComplete;
  }

  /** A subtask of the source has read its partitions up to these positions. */
  void read(long checkpoint, Map<P, Long> positions) {
    Open<P> at = open(checkpoint);
    positions.forEach((partition, position) -> at.read.merge(partition, position, Math::max));
  }

  /** Partitions were read at least up to these positions, whoever reads them now. */
  void known(long checkpoint, Map<P, Long> positions) {
    Open<P> at = open(checkpoint);
    positions.forEach((partition, position) -> at.known.merge(partition, position, Math::max));
  }

  /** These are the first records of partitions that a subtask has in flight. */
  void inFlight(long checkpoint, Map<P, Long> first) {
    Open<P> at = open(checkpoint);
    first.forEach((partition, offset) -> at.inFlight.merge(partition, offset, Math::min));
  }

  /** A subtask of a sink is part of a checkpoint. */
  void joined(long checkpoint, long sink) {
    open(checkpoint).sinks.add(sink);
  }

  /** A subtask begins with a count; only what it says first is what the job began with. */
  void begun(long subtask, long count) {
    begun.putIfAbsent(subtask, count);
  }

  /** A subtask has dealt with so many records, those before the job began included. */
  void counted(long checkpoint, long subtask, long count) {
    open(checkpoint).counts.put(subtask, count);
  }

  /**
   * How many records the subtasks of an operator have dealt with since the job began, as of the
   * latest checkpoint that is safe.
   */
  long count(int operator) {
    return counts.entrySet().stream()
        .filter(entry -> entry.getKey() >> Integer.SIZE == operator)
        .mapToLong(entry -> entry.getValue() - begun.getOrDefault(entry.getKey(), 0L))
        .sum();
  }

  /**
   * A subtask of a sink has committed all that it wrote before a checkpoint, which is complete.
   *
   * @return whether a later checkpoint than before is safe now
   */
  boolean committed(long checkpoint, long sink) {
    committed.merge(sink, checkpoint, Math::max);
    Open<P> at = open.get(checkpoint);
    if (at != null) {
      at.isComplete = true;
    }
    for (Map.Entry<Long, Open<P>> entry : open.descendingMap().entrySet()) {
      if (isSafe(entry.getKey(), entry.getValue())) {
        settle(entry.getKey(), entry.getValue());
        return true;
      }
    }
    return false;
  }

  /** The latest checkpoint that is safe. */
  OptionalLong safe() {
    return safe == Long.MIN_VALUE ? OptionalLong.empty() : OptionalLong.of(safe);
  }

  /** The offsets of that checkpoint, by partition. */
  Map<P, Long> offsets() {
    return Map.copyOf(safeOffsets);
  }

  private Open<P> open(long checkpoint) {
    Open<P> at = open.computeIfAbsent(checkpoint, id -> new Open<>());
    // Checkpoints that fail are never heard of again.
    while (open.size() > MOST_OPEN) {
      open.pollFirstEntry();
    }
    return at;
  }

  private boolean isSafe(long checkpoint, Open<P> at) {
    return at.isComplete
        && at.sinks.stream()
            .allMatch(sink -> committed.getOrDefault(sink, Long.MIN_VALUE) >= checkpoint);
  }

  private void settle(long checkpoint, Open<P> at) {
    at.known.forEach((partition, position) -> read.merge(partition, position, Math::max));
    // Who reads a partition now knows better than what was known: a topic can be made anew.
    read.putAll(at.read);
    safeOffsets.clear();
    safeOffsets.putAll(read);
    at.inFlight.forEach((partition, offset) -> safeOffsets.merge(partition, offset, Math::min));
    counts.putAll(at.counts);
    safe = checkpoint;
    open.headMap(checkpoint, true).clear();
  }
}
