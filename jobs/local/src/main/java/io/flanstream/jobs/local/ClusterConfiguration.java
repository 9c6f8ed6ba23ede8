package io.flanstream.jobs.local;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.HeartbeatManagerOptions;
import org.apache.flink.configuration.HighAvailabilityOptions;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.RpcOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.configuration.WebOptions;

/** What Flink is told of a local cluster: all of it on loopback. */
final class ClusterConfiguration {
  static final String HOST = "127.0.0.1";

  private static final MemorySize JOB_MANAGER_MEMORY = MemorySize.ofMebiBytes(1024);
  private static final MemorySize TASK_MANAGER_MEMORY = MemorySize.ofMebiBytes(1664);
  // Tensors come and go through direct buffers.
  private static final MemorySize DIRECT_MEMORY = MemorySize.ofMebiBytes(256);
  // Batch queries sort, group and join in it.
  private static final MemorySize MANAGED_MEMORY = MemorySize.ofMebiBytes(128);

  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private ClusterConfiguration() {}

  static Configuration of(ClusterSettings settings, ClusterDirectory directory) throws IOException {
    Configuration config = new Configuration();
    network(config, settings.webPort());
    memory(config);
    config.set(TaskManagerOptions.NUM_TASK_SLOTS, settings.slots());
    config.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, uri(directory.checkpoints()));
    config.set(CheckpointingOptions.SAVEPOINT_DIRECTORY, uri(directory.savepoints()));
    // On loopback only a dead process is silent for so long.
    config.set(HeartbeatManagerOptions.HEARTBEAT_INTERVAL, Duration.ofSeconds(1));
    config.set(HeartbeatManagerOptions.HEARTBEAT_TIMEOUT, Duration.ofSeconds(10));
    // A busy machine is slow to answer, not gone.
    config.set(RpcOptions.ASK_TIMEOUT_DURATION, PATIENCE);
    config.set(WebOptions.TIMEOUT, PATIENCE);
    config.set(CoreOptions.CHECK_LEAKED_CLASSLOADER, false); // As EmbeddedFlink has it.
    if (settings.highAvailability()) {
      config.set(HighAvailabilityOptions.HA_MODE, "zookeeper");
      config.set(HighAvailabilityOptions.HA_ZOOKEEPER_QUORUM, HOST + ":" + FreePort.anyOn(HOST));
      config.set(HighAvailabilityOptions.HA_STORAGE_PATH, uri(directory.highAvailability()));
      // A JobManager that was killed leads until its session ends.
      config.set(HighAvailabilityOptions.ZOOKEEPER_SESSION_TIMEOUT, Duration.ofSeconds(6));
    }
    config.addAll(Configuration.fromMap(settings.flink()));
    return config;
  }

  private static void network(Configuration config, String webPort) throws IOException {
    config.set(JobManagerOptions.ADDRESS, HOST);
    config.set(JobManagerOptions.BIND_HOST, HOST);
    config.set(JobManagerOptions.PORT, FreePort.anyOn(HOST));
    config.set(TaskManagerOptions.HOST, HOST);
    config.set(TaskManagerOptions.BIND_HOST, HOST);
    int port = FreePort.of(HOST, webPort);
    config.set(RestOptions.ADDRESS, HOST);
    config.set(RestOptions.BIND_ADDRESS, HOST);
    config.set(RestOptions.PORT, port);
    config.set(RestOptions.BIND_PORT, Integer.toString(port));
  }

  private static void memory(Configuration config) {
    config.set(JobManagerOptions.TOTAL_PROCESS_MEMORY, JOB_MANAGER_MEMORY);
    config.set(TaskManagerOptions.TOTAL_PROCESS_MEMORY, TASK_MANAGER_MEMORY);
    config.set(TaskManagerOptions.TASK_OFF_HEAP_MEMORY, DIRECT_MEMORY);
    config.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MANAGED_MEMORY);
  }

  private static String uri(Path path) {
    return path.toUri().toString();
  }
}
