package io.flanstream.jobs.pipeline;

import io.flanstream.model.cache.CacheSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.ReadableConfig;

/**
 * How the Flink job runs.
 *
 * @param parallelism subtasks of every operator
 * @param checkpointInterval time between Flink checkpoints
 * @param checkpointDirectory URI of the directory for them; Flink's own setting where empty
 * @param maxInFlight the most events that a subtask has in the model at a time
 * @param maxBytesInFlight the most bytes of records that it has there; a larger record goes in
 *     alone
 * @param ordered whether results leave in the order of a partition's events
 * @param watermarks whether watermarks by event time go through the job
 * @param dedupWithin how far events of one id may be apart for the later to be dropped; none is
 *     where empty
 * @param answerTimeout how long the model may take for one event; as long as it needs where empty
 * @param answerAttempts how many times an event is tried that takes longer
 * @param modelLinger how long a process keeps the model after the last job has left it
 * @param shareWeight part of the device beside other jobs of its priority
 * @param sharePriority which jobs go first on the device: those of a higher one
 * @param cache where results are kept; nowhere where empty
 * @param crashDirectory where it is noted what is in flight; nowhere where empty
 */
public record JobSettings(
    int parallelism,
    Duration checkpointInterval,
    Optional<String> checkpointDirectory,
    int maxInFlight,
    MemorySize maxBytesInFlight,
    boolean ordered,
    boolean watermarks,
    Optional<Duration> dedupWithin,
    Optional<Duration> answerTimeout,
    int answerAttempts,
    Duration modelLinger,
    double shareWeight,
    int sharePriority,
    Optional<CacheSettings> cache,
    Optional<String> crashDirectory) {
  private static final Duration SHORTEST_INTERVAL = Duration.ofMillis(10);

  static JobSettings from(ReadableConfig config, Violations faults) {
    Duration interval = config.get(JobOptions.CHECKPOINT_INTERVAL);
    faults.check(
        interval.compareTo(SHORTEST_INTERVAL) >= 0,
        JobOptions.CHECKPOINT_INTERVAL,
        "must be at least 10 ms",
        interval);
    Optional<Duration> answerTimeout = config.getOptional(JobOptions.ANSWER_TIMEOUT);
    answerTimeout.ifPresent(timeout -> Rules.positive(timeout, JobOptions.ANSWER_TIMEOUT, faults));
    Duration linger = config.get(JobOptions.MODEL_LINGER);
    faults.check(!linger.isNegative(), JobOptions.MODEL_LINGER, "must not be negative", linger);
    return new JobSettings(
        Rules.atLeastOne(config, JobOptions.PARALLELISM, faults),
        interval,
        config.getOptional(JobOptions.CHECKPOINT_DIRECTORY),
        Rules.atLeastOne(config, JobOptions.MAX_IN_FLIGHT, faults),
        config.get(JobOptions.MAX_BYTES_IN_FLIGHT),
        config.get(JobOptions.ORDERED),
        config.get(JobOptions.WATERMARKS),
        dedupWithin(config, faults),
        answerTimeout,
        Rules.atLeastOne(config, JobOptions.ANSWER_ATTEMPTS, faults),
        linger,
        shareWeight(config, faults),
        config.get(JobOptions.SHARE_PRIORITY),
        cache(config, faults),
        absolute(config, JobOptions.CRASH_JOURNAL_DIRECTORY, faults));
  }

  /** The same, with no event dropped. */
  public JobSettings withoutDedup() {
    return new JobSettings(
        parallelism,
        checkpointInterval,
        checkpointDirectory,
        maxInFlight,
        maxBytesInFlight,
        ordered,
        watermarks,
        Optional.empty(),
        answerTimeout,
        answerAttempts,
        modelLinger,
        shareWeight,
        sharePriority,
        cache,
        crashDirectory);
  }

  /** The same, with Flink checkpoints in another directory. */
  public JobSettings withCheckpointsIn(String directory) {
    return new JobSettings(
        parallelism,
        checkpointInterval,
        Optional.of(directory),
        maxInFlight,
        maxBytesInFlight,
        ordered,
        watermarks,
        dedupWithin,
        answerTimeout,
        answerAttempts,
        modelLinger,
        shareWeight,
        sharePriority,
        cache,
        crashDirectory);
  }

  private static double shareWeight(ReadableConfig config, Violations faults) {
    double weight = config.get(JobOptions.SHARE_WEIGHT);
    faults.check(
        weight > 0 && !Double.isInfinite(weight),
        JobOptions.SHARE_WEIGHT,
        "must be above 0 and finite",
        weight);
    return weight;
  }

  private static Optional<String> absolute(
      ReadableConfig config, ConfigOption<String> option, Violations faults) {
    Optional<String> directory = config.getOptional(option);
    directory.ifPresent(
        path -> faults.check(Path.of(path).isAbsolute(), option, "must be an absolute path", path));
    return directory;
  }

  private static Optional<CacheSettings> cache(ReadableConfig config, Violations faults) {
    Optional<MemorySize> memory = config.getOptional(JobOptions.RESULT_CACHE_MEMORY);
    Optional<String> directory = absolute(config, JobOptions.RESULT_CACHE_DIRECTORY, faults);
    return memory.isEmpty() && directory.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new CacheSettings(
                memory.orElse(MemorySize.ZERO).getBytes(),
                directory.orElse(null),
                config.get(JobOptions.RESULT_CACHE_DISK).getBytes()));
  }

  private static Optional<Duration> dedupWithin(ReadableConfig config, Violations faults) {
    Optional<Duration> within = config.getOptional(JobOptions.DEDUP_WITHIN);
    within.ifPresent(
        time -> {
          Rules.positive(time, JobOptions.DEDUP_WITHIN, faults);
          faults.check(
              !config.get(JobOptions.ORDERED) || config.get(JobOptions.PARALLELISM) == 1,
              JobOptions.DEDUP_WITHIN,
              "must not be set where %s is true and %s is over 1: events go to subtasks by their ids"
                  .formatted(JobOptions.ORDERED.key(), JobOptions.PARALLELISM.key()),
              time);
        });
    return within;
  }
}
