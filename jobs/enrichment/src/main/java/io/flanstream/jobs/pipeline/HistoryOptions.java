package io.flanstream.jobs.pipeline;

import java.time.Duration;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;

/** Keys under {@code history}. */
public final class HistoryOptions {

  /** Where the table is. */
  public static final ConfigOption<String> PATH =
      ConfigOptions.key("history.path")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "URI or absolute path of the warehouse, a directory on a file system of Flink's that all Flink processes reach, in which flanstream history keeps the enriched events: an Apache Paimon table, flanstream.db and the pipeline's name, by day. No table unless set.");

  /** Time between commits. */
  public static final ConfigOption<Duration> COMMIT_INTERVAL =
      ConfigOptions.key("history.commit-interval")
          .durationType()
          .defaultValue(Duration.ofMinutes(1))
          .withDescription(
              "Time between commits to the table, each a Flink checkpoint of the history's job: events become readable with one, and it makes a file for each day that it has events of.");

  /** Parallelism. */
  public static final ConfigOption<Integer> PARALLELISM =
      ConfigOptions.key("history.parallelism")
          .intType()
          .defaultValue(1)
          .withDescription(
              "Subtasks that write, and make as many files of a commit. More than the enriched topic has partitions are idle.");

  /** Retention. */
  public static final ConfigOption<Duration> RETENTION =
      ConfigOptions.key("history.retention")
          .durationType()
          .noDefaultValue()
          .withDescription(
              "How long the table keeps an event, by its day. The history's job drops days that are older, at most three days later, and does not add an event that is older when it reads it. Deleted files go an hour after that. Everything is kept unless set; takes history.compaction.");

  /** Text. */
  public static final ConfigOption<Boolean> KEEP_TEXT =
      ConfigOptions.key("history.keep-text")
          .booleanType()
          .defaultValue(false)
          .withDescription(
              "Whether the table has the texts that the enriched topic has. Extracted values are in it in any case.");

  /** Compaction. */
  public static final ConfigOption<Boolean> COMPACTION =
      ConfigOptions.key("history.compaction")
          .booleanType()
          .defaultValue(true)
          .withDescription(
              "Whether the history's job makes large files of small ones. Otherwise somebody else has to: CALL sys.compact, in SQL.");

  /** Iceberg. */
  public static final ConfigOption<Boolean> ICEBERG =
      ConfigOptions.key("history.iceberg")
          .booleanType()
          .defaultValue(false)
          .withDescription(
              "Whether the table is an Apache Iceberg table too: each commit writes Iceberg's metadata over the same Parquet files, under metadata in the table's directory. Set it before the first run.");

  private HistoryOptions() {}
}
