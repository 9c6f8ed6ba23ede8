package io.flanstream.jobs.local;

import io.flanstream.jobs.client.ClusterClient;
import io.flanstream.model.flink.SharedCaches;
import io.flanstream.model.flink.SharedModels;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.ResourceManagerOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.configuration.WebOptions;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A whole Flink in this process, with its web page on loopback.
 *
 * <p>Jobs come to it as they come to any session cluster, through REST; only their classes need not
 * travel.
 */
public final class EmbeddedFlink implements AutoCloseable {
  private static final String HOST = "127.0.0.1";

  /** Longer than anybody waits, and no longer than its scheduler can. */
  private static final Duration ALWAYS = Duration.ofDays(100);

  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedFlink.class);
  private static final Duration ANSWER = Duration.ofSeconds(10);
  private static final Duration SLOT_WAIT = Duration.ofMinutes(1);

  private final ScheduledExecutorService watch =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread thread = new Thread(work, "embedded-flink-watch");
            thread.setDaemon(true);
            return thread;
          });

  private final MiniCluster cluster;
  private final Path directory;
  private final URI webPage;
  private volatile boolean wasConnected;

  private EmbeddedFlink(MiniCluster cluster, Path directory, URI webPage) {
    this.cluster = cluster;
    this.directory = directory;
    this.webPage = webPage;
    var unused = watch.scheduleWithFixedDelay(this::replaceLost, 1, 1, TimeUnit.SECONDS);
  }

  /**
   * Starts a JobManager and a TaskManager.
   *
   * @param slots how many subtasks of an operator can run at a time
   * @param settings what to tell Flink besides
   */
  public static EmbeddedFlink start(int slots, Configuration settings) throws IOException {
    Path directory = Files.createTempDirectory("flanstream-flink-");
    Configuration config = new Configuration(settings);
    config.set(RestOptions.ADDRESS, HOST);
    config.set(RestOptions.BIND_ADDRESS, HOST);
    // Without bind hosts the BLOB server, which takes uploads from anybody, is on every interface.
    config.set(JobManagerOptions.ADDRESS, HOST);
    config.set(JobManagerOptions.BIND_HOST, HOST);
    config.set(TaskManagerOptions.HOST, HOST);
    config.set(TaskManagerOptions.BIND_HOST, HOST);
    if (!settings.contains(RestOptions.BIND_PORT)) {
      config.set(RestOptions.BIND_PORT, "0");
    }
    config.set(CoreOptions.TMP_DIRS, directory.toString());
    // Flink's own default is one directory for everybody on a machine: the first who runs a job
    // owns
    // it, and nobody else can send one.
    config.set(WebOptions.TMP_DIR, directory.toString());
    // Threads that write a history's files outlive the job that started them, and S3's client asks
    // their class loader for files: with the check, it fails where it would find none.
    config.set(CoreOptions.CHECK_LEAKED_CLASSLOADER, false);
    // A job waits for the slots of one that ends, not only in Flink's first minutes.
    if (!settings.contains(ResourceManagerOptions.STANDALONE_CLUSTER_STARTUP_PERIOD_TIME)) {
      config.set(ResourceManagerOptions.STANDALONE_CLUSTER_STARTUP_PERIOD_TIME, ALWAYS);
    }
    if (!settings.contains(JobManagerOptions.SLOT_REQUEST_TIMEOUT)) {
      config.set(JobManagerOptions.SLOT_REQUEST_TIMEOUT, SLOT_WAIT);
    }
    MiniCluster cluster =
        new MiniCluster(
            new MiniClusterConfiguration.Builder()
                .setConfiguration(config)
                .setNumTaskManagers(1)
                .setNumSlotsPerTaskManager(slots)
                .build());
    return new EmbeddedFlink(cluster, directory, start(cluster));
  }

  /** Its web page. */
  public URI webPage() {
    return webPage;
  }

  /** What a client must be told to send its jobs here. */
  public Configuration client() {
    return ClusterClient.settings(webPage.getHost(), webPage.getPort());
  }

  /**
   * Starts another TaskManager where the only one is lost. Flink 2.3 loses it where a query is left
   * before its sink has begun (CollectSinkFunction.accumulateFinalResults), and nobody else starts
   * one.
   */
  private void replaceLost() {
    try {
      int connected =
          cluster
              .requestClusterOverview()
              .get(ANSWER.toMillis(), TimeUnit.MILLISECONDS)
              .getNumTaskManagersConnected();
      if (connected == 0 && wasConnected) {
        LOG.warn("Flink has lost its TaskManager; another one starts");
        cluster.startTaskManager();
      }
      wasConnected = connected > 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      LOG.warn("Cannot see whether Flink has a TaskManager", e);
    }
  }

  /** Whether there was a TaskManager when it was looked for last. */
  boolean wasConnected() {
    return wasConnected;
  }

  /** The Flink itself. */
  MiniCluster cluster() {
    return cluster;
  }

  /** Stops the jobs and the cluster, and closes the models that they leave behind. */
  @Override
  public void close() throws IOException {
    watch.shutdownNow();
    try {
      await(cluster.closeAsync(), "stop");
    } finally {
      SharedModels.closeIdle();
      SharedCaches.closeIdle();
      try (Stream<Path> paths = Files.walk(directory)) {
        for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(path);
        }
      }
    }
  }

  private static URI start(MiniCluster cluster) throws IOException {
    try {
      cluster.start();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("Cannot start Flink: interrupted");
    } catch (Exception e) {
      throw new IOException("Cannot start Flink: " + e.getMessage(), e);
    }
    return await(cluster.getRestAddress(), "start");
  }

  private static <T> T await(CompletableFuture<T> future, String what) throws IOException {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("Cannot %s Flink: interrupted".formatted(what));
    } catch (ExecutionException e) {
      throw new IOException(
          "Cannot %s Flink: %s".formatted(what, e.getCause().getMessage()), e.getCause());
    }
  }
}
