package io.flanstream.jobs.sql;

import io.flanstream.jobs.pipeline.HistorySettings;
import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.pipeline.Position;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.core.execution.CheckpointingMode;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.table.api.config.TableConfigOptions;

/**
 * A job that keeps a pipeline's enriched events in a table, each exactly once.
 *
 * <p>It reads the enriched topic rather than being a part of the pipeline's job: what is slow or
 * wrong with the table's file system holds up no model, commits come as far apart as files should,
 * and what the topic has from before is kept too. Tombstones are no events, and change nothing.
 */
public final class HistoryJob {

  private HistoryJob() {}

  /** What the job of a pipeline is called. */
  public static String name(Pipeline pipeline) {
    return pipeline.name() + "-history";
  }

  /** The consumer group under which it commits what the table has. */
  public static String groupId(Pipeline pipeline) {
    return HistoryTable.groupId(pipeline);
  }

  /**
   * Makes the table, or adds what it lacks of the records, and sends the job.
   *
   * @param pipeline a pipeline that keeps its history
   * @param end where the job ends; it goes on for ever where empty
   * @param client where it runs, and what else to tell Flink
   * @return the job, which may not have started yet
   */
  public static JobClient submit(
      Pipeline pipeline, Optional<HistoryEnd> end, Configuration client) {
    try {
      TableEnvironment tables = environment(pipeline, client);
      HistoryTable table = HistoryTable.of(pipeline);
      HistoryDatabase.make(table.settings().warehouse());
      tables.executeSql(table.create());
      table.changes(tables.from(table.path()).getResolvedSchema()).forEach(tables::executeSql);
      return tables.executeSql(table.insert(enriched(pipeline, end))).getJobClient().orElseThrow();
    } catch (IOException | RuntimeException e) {
      throw SqlException.of(e);
    }
  }

  /** What the table is filled from: the ends of a scan are those of one topic. */
  private static String enriched(Pipeline pipeline, Optional<HistoryEnd> end) {
    String table =
        "`%s`.`%s`.`%s`"
            .formatted(PipelineCatalog.name(pipeline), PipelineCatalog.LIVE, TopicTable.ENRICHED);
    List<String> topics = pipeline.sink().topics();
    if (topics.size() == 1) {
      return table + hint(until(end, topics.get(0)));
    }
    return topics.stream()
        .map(
            topic ->
                "SELECT * FROM "
                    + table
                    + hint("'topic' = '%s', %s".formatted(topic, until(end, topic))))
        .collect(Collectors.joining(" UNION ALL ", "(", ")"));
  }

  private static String until(Optional<HistoryEnd> end, String topic) {
    return "'%s' = '%s'"
        .formatted(
            PipelineTableFactory.RUN_UNTIL.key(),
            end.map(at -> at.until(topic)).orElse(ResumableScan.NEVER));
  }

  private static String hint(String options) {
    return " /*+ OPTIONS(%s) */".formatted(options);
  }

  @SuppressWarnings("deprecation") // What Flink would rather have makes another catalog.
  private static TableEnvironment environment(Pipeline pipeline, Configuration client) {
    TableEnvironment tables =
        TableEnvironment.create(
            EnvironmentSettings.newInstance()
                .inStreamingMode()
                .withConfiguration(settings(pipeline, client))
                .withCatalogStore(HistoryTable.catalogs(pipeline))
                .build());
    tables.registerCatalog(
        PipelineCatalog.name(pipeline), PipelineCatalog.of(pipeline, new Position.Committed()));
    return tables;
  }

  private static Configuration settings(Pipeline pipeline, Configuration client) {
    HistorySettings history = pipeline.history().orElseThrow();
    Configuration settings = SqlDefaults.of(pipeline);
    settings.set(PipelineOptions.NAME, name(pipeline));
    settings.set(CoreOptions.DEFAULT_PARALLELISM, history.parallelism());
    settings.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, history.commitInterval());
    settings.set(
        CheckpointingOptions.CHECKPOINTING_CONSISTENCY_MODE, CheckpointingMode.EXACTLY_ONCE);
    pipeline
        .job()
        .checkpointDirectory()
        .ifPresent(uri -> settings.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, uri));
    // What a job that was cancelled or killed is gone on from.
    settings.set(
        CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
        ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
    settings.addAll(client);
    settings.set(TableConfigOptions.TABLE_DML_SYNC, false);
    return settings;
  }
}
