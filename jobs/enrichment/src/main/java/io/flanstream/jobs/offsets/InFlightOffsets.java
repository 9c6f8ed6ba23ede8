package io.flanstream.jobs.offsets;

import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Offsets of records that are in flight in a subtask. Not thread-safe.
 *
 * @param <P> names a partition
 */
final class InFlightOffsets<P> {
  private final Map<P, NavigableMap<Long, Integer>> byPartition = new HashMap<>();
  private final Map<P, Long> next = new HashMap<>();

  /** A record comes. */
  void enter(P partition, long offset) {
    byPartition.computeIfAbsent(partition, any -> new TreeMap<>()).merge(offset, 1, Integer::sum);
    next.merge(partition, offset + 1, Math::max);
  }

  /** A record has gone. */
  void leave(P partition, long offset) {
    byPartition.computeIfPresent(
        partition,
        (any, offsets) -> {
          offsets.computeIfPresent(offset, (same, count) -> count == 1 ? null : count - 1);
          return offsets.isEmpty() ? null : offsets;
        });
  }

  /** The first record of each partition that has some in flight. */
  Map<P, Long> first() {
    Map<P, Long> first = new HashMap<>();
    byPartition.forEach((partition, offsets) -> first.put(partition, offsets.firstKey()));
    return first;
  }

  /** What comes after the last record of each partition that has come. */
  Map<P, Long> next() {
    return Map.copyOf(next);
  }
}
