package io.flanstream.jobs.offsets;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.TopicPartition;

/**
 * How many records a job in this process has dealt with since it was started, as of the last Flink
 * checkpoint that all sinks have committed. Restarts count nothing twice.
 *
 * @param read records that were read
 * @param enriched records on the enriched topic, tombstones included
 * @param deadLetters records on the dead-letter topic
 * @param offsets the group's offsets by partition
 */
public record RunCounts(
    long read, long enriched, long deadLetters, Map<TopicPartition, Long> offsets) {
  /** Nothing yet. */
  public static final RunCounts NONE = new RunCounts(0, 0, 0, Map.of());

  private static final Map<String, RunCounts> WATCHED = new ConcurrentHashMap<>();

  /** Keeps the counts of a job from now on. */
  public static void watch(String job) {
    WATCHED.put(job, NONE);
  }

  /** The counts of a job that is watched. */
  public static RunCounts of(String job) {
    return Optional.ofNullable(WATCHED.get(job)).orElse(NONE);
  }

  /** Ends watching a job. */
  public static void leave(String job) {
    WATCHED.remove(job);
  }

  static void publish(String job, RunCounts counts) {
    WATCHED.computeIfPresent(job, (same, before) -> counts);
  }
}
