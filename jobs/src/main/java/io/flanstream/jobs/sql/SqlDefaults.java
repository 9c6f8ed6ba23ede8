package io.flanstream.jobs.sql;

import io.flanstream.jobs.pipeline.Pipeline;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
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
    // A text that cannot be answered now cannot be answered in a moment either.
    settings.set(
        ExecutionConfigOptions.TABLE_EXEC_ASYNC_SCALAR_RETRY_STRATEGY,
        ExecutionConfigOptions.RetryStrategy.NO_RETRY);
    return settings;
  }
}
