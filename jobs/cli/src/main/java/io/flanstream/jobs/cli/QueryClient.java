package io.flanstream.jobs.cli;

import io.flanstream.jobs.client.ClusterClient;
import io.flanstream.jobs.local.EmbeddedFlink;
import io.flanstream.jobs.terminal.Cleanup;
import java.io.IOException;
import java.time.Duration;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.MetricOptions;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.TaskManagerOptions;

/** What a client is told about where its queries run. */
final class QueryClient {
  private static final int SLOTS = 4;

  private QueryClient() {}

  /** Where the session cluster is, and the jars that read topics, which its lib/ has not. */
  static Configuration of(HostPort cluster) {
    Configuration client = ClusterClient.settings(cluster.toString());
    client.set(PipelineOptions.JARS, JobJars.ofTables());
    return client;
  }

  /** Where a Flink of this process is, which is started for it. */
  static Configuration ofThisProcess() throws IOException {
    Configuration config = new Configuration();
    // What was stopped may go on for a while; it must not take the process along.
    config.set(TaskManagerOptions.TASK_CANCELLATION_TIMEOUT, Duration.ZERO);
    // A query that asks for more slots than there are waits no longer.
    config.set(JobManagerOptions.SLOT_REQUEST_TIMEOUT, Duration.ofSeconds(30));
    // The prompt shows how far a query is.
    config.set(MetricOptions.METRIC_FETCHER_UPDATE_INTERVAL, Duration.ofSeconds(1));
    return Cleanup.register(EmbeddedFlink.start(SLOTS, config)).client();
  }
}
