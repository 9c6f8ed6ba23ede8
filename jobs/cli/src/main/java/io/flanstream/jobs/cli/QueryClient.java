package io.flanstream.jobs.cli;

import io.flanstream.jobs.client.ClusterClient;
import io.flanstream.jobs.local.EmbeddedFlink;
import io.flanstream.jobs.terminal.Cleanup;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.MetricOptions;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a client is told about where its queries run. */
final class QueryClient {
  private static final Logger LOG = LoggerFactory.getLogger(QueryClient.class);
  private static final int SLOTS = 4;

  /** How long an end waits for a start. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private QueryClient() {}

  /** What a client is told, once there is something to tell. */
  @FunctionalInterface
  interface Starting {
    /** Waits for it. */
    Configuration client() throws IOException;
  }

  /** Where the session cluster is, and the jars that read topics, which its lib/ has not. */
  static Starting of(HostPort cluster) {
    Configuration client = ClusterClient.settings(cluster.toString());
    client.set(PipelineOptions.JARS, JobJars.ofTables());
    return () -> client;
  }

  /**
   * Begins to start a Flink of this process, which takes long, so that a command can look after the
   * rest meanwhile.
   */
  static Starting ofThisProcess() {
    Configuration config = new Configuration();
    // What was stopped may go on for a while; it must not take the process along.
    config.set(TaskManagerOptions.TASK_CANCELLATION_TIMEOUT, Duration.ZERO);
    // A query that asks for more slots than there are waits no longer.
    config.set(JobManagerOptions.SLOT_REQUEST_TIMEOUT, Duration.ofSeconds(30));
    // The prompt shows how far a query is.
    config.set(MetricOptions.METRIC_FETCHER_UPDATE_INTERVAL, Duration.ofSeconds(1));
    FutureTask<EmbeddedFlink> start = new FutureTask<>(() -> EmbeddedFlink.start(SLOTS, config));
    Cleanup.register(() -> close(start));
    new Thread(start, "flink-start").start();
    return () -> started(start).client();
  }

  private static void close(FutureTask<EmbeddedFlink> start)
      throws IOException, InterruptedException {
    try {
      start.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS).close();
    } catch (ExecutionException | TimeoutException e) {
      LOG.debug("Nothing has started", e);
    }
  }

  private static EmbeddedFlink started(FutureTask<EmbeddedFlink> start) throws IOException {
    try {
      EmbeddedFlink flink = start.get();
      if (Cleanup.isInterrupted()) {
        throw new InterruptedIOException("Cannot start Flink: interrupted");
      }
      return flink;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("Cannot start Flink: interrupted");
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException failure
          ? failure
          : new IOException("Cannot start Flink: " + e.getCause().getMessage(), e.getCause());
    }
  }
}
