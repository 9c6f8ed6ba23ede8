package io.flanstream.jobs.pipeline;

import io.flanstream.model.flink.ClientOptions;
import java.time.Duration;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.MemorySize;

/** Keys under {@code job}. */
public final class JobOptions {

  /** Parallelism. */
  public static final ConfigOption<Integer> PARALLELISM =
      ConfigOptions.key("job.parallelism")
          .intType()
          .defaultValue(1)
          .withDescription(
              "Subtasks of every operator. More than the source topic has partitions are idle.");

  /** Flink checkpoints. */
  public static final ConfigOption<Duration> CHECKPOINT_INTERVAL =
      ConfigOptions.key("job.checkpoint-interval")
          .durationType()
          .defaultValue(Duration.ofSeconds(2))
          .withDescription(
              "Time between Flink checkpoints: results become readable when one completes.");

  /** Where Flink checkpoints are kept. */
  public static final ConfigOption<String> CHECKPOINT_DIRECTORY =
      ConfigOptions.key("job.checkpoint-directory")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "URI of the directory for the state from which a later run goes on: Flink"
                  + " checkpoints, which all Flink processes reach, and the savepoints where"
                  + " flanstream run was stopped, in a directory of its own for each pipeline."
                  + " Flink's own setting unless set on a cluster; FLANSTREAM_STATE_DIR or"
                  + " ~/.local/state/flanstream with flanstream run's own Flink. On a cluster"
                  + " without either a checkpoint is kept in the JobManager's memory, and may be 5"
                  + " MB at most.");

  /** Events in the model. */
  public static final ConfigOption<Integer> MAX_IN_FLIGHT =
      ConfigOptions.key("job.max-in-flight")
          .intType()
          .defaultValue(64)
          .withDescription("The most events that a subtask has in the model at a time.");

  /** Bytes in the model. */
  public static final ConfigOption<MemorySize> MAX_BYTES_IN_FLIGHT =
      ConfigOptions.key("job.max-bytes-in-flight")
          .memoryType()
          .defaultValue(MemorySize.ofMebiBytes(16))
          .withDescription(
              "The most bytes of Kafka records that a subtask has in the model at a time, beside"
                  + " job.max-in-flight; a record that is larger goes in alone.");

  /** Order. */
  public static final ConfigOption<Boolean> ORDERED =
      ConfigOptions.key("job.ordered")
          .booleanType()
          .defaultValue(false)
          .withDescription(
              "Whether results leave in the order of a partition's events. Needed where the"
                  + " enriched topic is compacted: the last event of a key must stay the last,"
                  + " tombstones included. Costs the wait for the slowest.");

  /** Watermarks. */
  public static final ConfigOption<Boolean> WATERMARKS =
      ConfigOptions.key("job.watermarks")
          .booleanType()
          .defaultValue(false)
          .withDescription(
              "Whether watermarks by event time, as source.max-out-of-orderness and"
                  + " source.idle-timeout say, go through the job. Nothing in the job needs them,"
                  + " and each one holds back the answers behind it until all before it are there;"
                  + " operators that a program adds behind the job may need them. Records have"
                  + " their event time either way.");

  /** Duplicates. */
  public static final ConfigOption<Duration> DEDUP_WITHIN =
      ConfigOptions.key("job.dedup.within")
          .durationType()
          .noDefaultValue()
          .withDescription(
              "Drop an event whose id has passed already, at most this long before or after by the"
                  + " Kafka timestamps of the two; no event is dropped unless set. A dead letter"
                  + " that is replayed always passes, and what was rejected before it was an event"
                  + " has not passed; an event that failed later has. An id is kept in Flink's"
                  + " state for as long. Needs job.parallelism 1 where job.ordered is true: events"
                  + " go to subtasks by their ids.");

  /** Patience. */
  public static final ConfigOption<Duration> ANSWER_TIMEOUT = ClientOptions.ANSWER_TIMEOUT;

  /** Attempts. */
  public static final ConfigOption<Integer> ANSWER_ATTEMPTS = ClientOptions.ANSWER_ATTEMPTS;

  /** Shared model. */
  public static final ConfigOption<Duration> MODEL_LINGER =
      ConfigOptions.key("job.model-linger")
          .durationType()
          .defaultValue(Duration.ofMinutes(10))
          .withDescription(
              "How long a process keeps the model after the last job has left it, so that a job"
                  + " that is restarted or deployed again finds it loaded; 0 to let it go at"
                  + " once.");

  /** Share of the device. */
  public static final ConfigOption<Double> SHARE_WEIGHT = ClientOptions.SHARE_WEIGHT;

  /** Priority on the device. */
  public static final ConfigOption<Integer> SHARE_PRIORITY = ClientOptions.SHARE_PRIORITY;

  /** Results in memory. */
  public static final ConfigOption<MemorySize> RESULT_CACHE_MEMORY =
      ClientOptions.RESULT_CACHE_MEMORY;

  /** Results on disk. */
  public static final ConfigOption<String> RESULT_CACHE_DIRECTORY =
      ClientOptions.RESULT_CACHE_DIRECTORY;

  /** Size on disk. */
  public static final ConfigOption<MemorySize> RESULT_CACHE_DISK = ClientOptions.RESULT_CACHE_DISK;

  /** Crashes. */
  public static final ConfigOption<String> CRASH_JOURNAL_DIRECTORY =
      ClientOptions.CRASH_JOURNAL_DIRECTORY;

  private JobOptions() {}
}
