package io.flanstream.jobs.sql;

import io.flanstream.jobs.pipeline.JobSettings;
import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.model.cache.CacheSettings;
import io.flanstream.model.flink.ClientOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.table.api.config.ExecutionConfigOptions;
import org.apache.flink.table.api.config.TableConfigOptions;

/** What a session over a pipeline's topics is told before anybody tells it anything. */
final class SqlDefaults {

  private SqlDefaults() {}

  /** The pipeline's model, and its bounds of what is in flight and of waiting, for queries too. */
  static Configuration of(Pipeline pipeline) {
    Configuration settings = new Configuration(pipeline.model());
    settings.set(CoreOptions.DEFAULT_PARALLELISM, 1);
    settings.set(TableConfigOptions.LOCAL_TIME_ZONE, "UTC");
    settings.set(TableConfigOptions.TABLE_DML_SYNC, true);
    settings.set(
        ExecutionConfigOptions.TABLE_EXEC_SOURCE_IDLE_TIMEOUT, pipeline.source().idleTimeout());
    settings.set(
        ExecutionConfigOptions.TABLE_EXEC_ASYNC_ML_PREDICT_MAX_CONCURRENT_OPERATIONS,
        pipeline.job().maxInFlight());
    settings.set(
        ExecutionConfigOptions.TABLE_EXEC_ASYNC_SCALAR_MAX_CONCURRENT_OPERATIONS,
        pipeline.job().maxInFlight());
    client(settings, pipeline.job());
    // A text that cannot be answered now cannot be answered in a moment either.
    settings.set(
        ExecutionConfigOptions.TABLE_EXEC_ASYNC_SCALAR_RETRY_STRATEGY,
        ExecutionConfigOptions.RetryStrategy.NO_RETRY);
    return settings;
  }

  /** Queries ask the model as the pipeline's job does, unless they are told otherwise. */
  private static void client(Configuration settings, JobSettings job) {
    job.answerTimeout().ifPresent(timeout -> settings.set(ClientOptions.ANSWER_TIMEOUT, timeout));
    settings.set(ClientOptions.ANSWER_ATTEMPTS, job.answerAttempts());
    settings.set(ClientOptions.SHARE_WEIGHT, job.shareWeight());
    settings.set(ClientOptions.SHARE_PRIORITY, job.sharePriority());
    job.crashDirectory()
        .ifPresent(directory -> settings.set(ClientOptions.CRASH_JOURNAL_DIRECTORY, directory));
    job.cache().ifPresent(cache -> cache(settings, cache));
  }

  private static void cache(Configuration settings, CacheSettings cache) {
    if (cache.memoryBytes() > 0) {
      settings.set(ClientOptions.RESULT_CACHE_MEMORY, new MemorySize(cache.memoryBytes()));
    }
    if (cache.directory() != null) {
      settings.set(ClientOptions.RESULT_CACHE_DIRECTORY, cache.directory());
      settings.set(ClientOptions.RESULT_CACHE_DISK, new MemorySize(cache.diskBytes()));
    }
  }
}
