package io.flanstream.model.flink;

import io.flanstream.model.batch.Share;
import io.flanstream.model.cache.CacheSettings;
import io.flanstream.model.crash.CrashSettings;
import java.time.Duration;
import java.util.Optional;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.ReadableConfig;

/**
 * How the shared model is asked, under {@code job.*}: the same in the pipeline file, for the job,
 * and in SQL, for {@code ML_PREDICT} and the functions.
 */
public final class ClientOptions {
  /** A client without a name of its own has that of its job. */
  private static final String UNNAMED = "";

  /** Patience. */
  public static final ConfigOption<Duration> ANSWER_TIMEOUT =
      ConfigOptions.key("job.answer-timeout")
          .durationType()
          .noDefaultValue()
          .withDescription(
              "How long the model may take for one event, waiting included, before the event is"
                  + " tried again or is a dead letter; as long as it needs unless set.");

  /** Attempts. */
  public static final ConfigOption<Integer> ANSWER_ATTEMPTS =
      ConfigOptions.key("job.answer-attempts")
          .intType()
          .defaultValue(1)
          .withDescription(
              "How many times an event is tried that takes longer than job.answer-timeout, before"
                  + " it is a dead letter.");

  /** Share of the device. */
  public static final ConfigOption<Double> SHARE_WEIGHT =
      ConfigOptions.key("job.share.weight")
          .doubleType()
          .defaultValue(1.0)
          .withDescription(
              "Part of the device that the job gets beside other jobs of its priority in the same"
                  + " process while all have work waiting, by tokens: one of weight 3 gets three"
                  + " times what one of weight 1 gets.");

  /** Priority on the device. */
  public static final ConfigOption<Integer> SHARE_PRIORITY =
      ConfigOptions.key("job.share.priority")
          .intType()
          .defaultValue(0)
          .withDescription(
              "Jobs of a higher priority go first on a device that several jobs of a process share;"
                  + " one batch in eight is kept for the others. A backfill wants a lower one than"
                  + " live jobs.");

  /** Results in memory. */
  public static final ConfigOption<MemorySize> RESULT_CACHE_MEMORY =
      ConfigOptions.key("job.result-cache.memory")
          .memoryType()
          .noDefaultValue()
          .withDescription(
              "Memory of a process in which results are kept by model, tasks and text, so that a"
                  + " text that comes again costs no inference; none unless set. They stay through"
                  + " a restart of the job, for job.model-linger.");

  /** Results on disk. */
  public static final ConfigOption<String> RESULT_CACHE_DIRECTORY =
      ConfigOptions.key("job.result-cache.directory")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "Directory on a local disk of each machine in which results are kept too, so that"
                  + " they outlive the process; its processes share it. None unless set.");

  /** Size on disk. */
  public static final ConfigOption<MemorySize> RESULT_CACHE_DISK =
      ConfigOptions.key("job.result-cache.disk")
          .memoryType()
          .defaultValue(MemorySize.ofMebiBytes(1024))
          .withDescription(
              "About how large job.result-cache.directory may become; the oldest results go"
                  + " first.");

  /** Crashes. */
  public static final ConfigOption<String> CRASH_JOURNAL_DIRECTORY =
      ConfigOptions.key("job.crash-journal.directory")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "Directory on a local disk of each machine in which its processes note what is in"
                  + " flight, the same for all jobs of a process: an event that was in flight when"
                  + " a process crashed is then tried alone, and is a dead letter with code CRASHED"
                  + " where the process crashes again. Nothing is noted unless set.");

  private ClientOptions() {}

  /**
   * Reads the options of a query.
   *
   * @param config the options
   * @param linger how long the process keeps the model after the query
   * @return how it asks
   * @throws IllegalArgumentException if one is out of bounds
   */
  public static ClientSettings read(ReadableConfig config, Duration linger) {
    Duration timeout = config.getOptional(ANSWER_TIMEOUT).orElse(Duration.ZERO);
    check(!timeout.isNegative(), ANSWER_TIMEOUT, "at least 0", timeout);
    int attempts = config.get(ANSWER_ATTEMPTS);
    check(attempts >= 1, ANSWER_ATTEMPTS, "at least 1", attempts);
    double weight = config.get(SHARE_WEIGHT);
    check(weight > 0 && !Double.isInfinite(weight), SHARE_WEIGHT, "above 0 and finite", weight);
    return new ClientSettings(
        timeout,
        attempts,
        linger,
        new Share(UNNAMED, weight, config.get(SHARE_PRIORITY)),
        cache(config).orElse(null),
        config
            .getOptional(CRASH_JOURNAL_DIRECTORY)
            .map(directory -> new CrashSettings(directory, "sql"))
            .orElse(null));
  }

  private static Optional<CacheSettings> cache(ReadableConfig config) {
    Optional<MemorySize> memory = config.getOptional(RESULT_CACHE_MEMORY);
    Optional<String> directory = config.getOptional(RESULT_CACHE_DIRECTORY);
    return memory.isEmpty() && directory.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new CacheSettings(
                memory.orElse(MemorySize.ZERO).getBytes(),
                directory.orElse(null),
                config.get(RESULT_CACHE_DISK).getBytes()));
  }

  private static void check(boolean holds, ConfigOption<?> option, String rule, Object value) {
    if (!holds) {
      throw new IllegalArgumentException(
          "Cannot ask model: %s must be %s, got %s".formatted(option.key(), rule, value));
    }
  }
}
