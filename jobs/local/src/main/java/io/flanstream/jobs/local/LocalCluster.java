package io.flanstream.jobs.local;

import io.flanstream.jobs.client.ClusterClient;
import io.flanstream.jobs.client.Installation;
import io.flanstream.jobs.terminal.Cleanup;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.HighAvailabilityOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.TaskManagerOptions;

/**
 * A Flink session cluster of real processes on this machine: a JobManager with the web page, and
 * TaskManagers. They outlive the command that starts them; what is known of them lies in a
 * directory. One process at a time changes a cluster.
 */
public final class LocalCluster {
  /** Name of the JobManager's process. */
  public static final String JOB_MANAGER = "jobmanager";

  private static final String TASK_MANAGER = "taskmanager-";
  private static final String ZOOKEEPER = "zookeeper";
  private static final Duration READY_WITHIN = Duration.ofMinutes(2);
  private static final long POLL_MILLIS = 100;

  private final Installation installation;
  private final ClusterDirectory directory;

  /**
   * The cluster in a directory, which may not be there yet.
   *
   * @param home the checkout, built, or the distribution
   * @param directory the cluster's directory
   */
  public LocalCluster(Path home, Path directory) {
    this.installation = new Installation(home.toAbsolutePath().normalize());
    this.directory = new ClusterDirectory(directory.toAbsolutePath().normalize());
  }

  /** Name of a TaskManager's process, from 1. */
  public static String taskManager(int number) {
    return TASK_MANAGER + number;
  }

  /**
   * Starts what is not running. Where the JobManager runs, the cluster keeps the settings that it
   * was started with, but for the number of its TaskManagers.
   *
   * @param settings what it is made of
   * @return whether it is a new cluster
   * @throws IOException if it is not ready in time; what was started is stopped
   */
  public boolean up(ClusterSettings settings) throws IOException {
    try (FileChannel channel = lockFile();
        FileLock lock = channel.lock()) {
      boolean fresh = lock.isValid() && !anyRunning();
      if (fresh) {
        prepare(settings);
      }
      try (ClusterStart start = Cleanup.register(new ClusterStart(installation, directory))) {
        startMissing(settings.taskManagers(), start);
        awaitReady(settings.taskManagers());
        start.keep();
      }
      return fresh;
    }
  }

  /** Ends every process. */
  public void down() throws IOException {
    try (FileChannel channel = lockFile();
        FileLock lock = channel.lock()) {
      if (lock.isValid()) {
        ClusterProcess.stop(processes());
        ClusterDirectory.delete(directory.tmp());
        ClusterDirectory.delete(directory.highAvailability());
      }
    }
  }

  /** Host and port of its REST endpoint and web page; empty where it was never started. */
  public Optional<String> address() {
    if (!directory.isConfigured()) {
      return Optional.empty();
    }
    Configuration config = directory.configuration();
    return Optional.of(
        "%s:%s".formatted(config.get(RestOptions.ADDRESS), config.get(RestOptions.PORT)));
  }

  /** The processes that were started and not stopped, by name; an ended one has no handle. */
  public List<Member> members() throws IOException {
    List<Member> members = new ArrayList<>();
    for (ClusterProcess process : processes()) {
      members.add(
          new Member(
              process.name(),
              process.handle().map(ProcessHandle::pid),
              directory.log(process.name())));
    }
    return members;
  }

  /**
   * A process of the cluster.
   *
   * @param name its name
   * @param pid its pid, empty where it has ended by itself
   * @param log its log
   */
  public record Member(String name, Optional<Long> pid, Path log) {}

  private void prepare(ClusterSettings settings) throws IOException {
    ClusterProcess.stop(processes());
    ClusterDirectory.delete(directory.tmp());
    ClusterDirectory.delete(directory.highAvailability());
    Files.createDirectories(directory.checkpoints());
    Files.createDirectories(directory.savepoints());
    ClusterLibrary.fill(installation.classPath(), directory.lib());
    directory.write(ClusterConfiguration.of(settings, directory));
  }

  private void startMissing(int taskManagers, ClusterStart start) throws IOException {
    if (directory.configuration().contains(HighAvailabilityOptions.HA_ZOOKEEPER_QUORUM)) {
      start.ifMissing(ClusterRole.ZOOKEEPER, ZOOKEEPER);
    }
    start.ifMissing(ClusterRole.JOB_MANAGER, JOB_MANAGER);
    for (int number = 1; number <= taskManagers; number++) {
      start.ifMissing(ClusterRole.TASK_MANAGER, taskManager(number));
    }
  }

  private void awaitReady(int taskManagers) throws IOException {
    long deadline = System.nanoTime() + READY_WITHIN.toNanos();
    int slots = taskManagers * directory.configuration().get(TaskManagerOptions.NUM_TASK_SLOTS);
    try (ClusterClient client = new ClusterClient(address().orElseThrow())) {
      while (!client.hasSlots(slots)) {
        for (Member member : members()) {
          if (member.pid().isEmpty()) {
            throw new IOException(
                "Cannot start cluster: %s ended; its log is %s"
                    .formatted(member.name(), member.log()));
          }
        }
        if (System.nanoTime() > deadline) {
          throw new IOException(
              "Cannot start cluster: it must have %s TaskManagers within %s s; the logs are in %s"
                  .formatted(
                      taskManagers,
                      READY_WITHIN.toSeconds(),
                      directory.log(JOB_MANAGER).getParent()));
        }
        TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("Cannot start cluster: interrupted");
    }
  }

  private boolean anyRunning() throws IOException {
    return members().stream().anyMatch(member -> member.pid().isPresent());
  }

  private List<ClusterProcess> processes() throws IOException {
    return directory.processes().stream().map(name -> new ClusterProcess(directory, name)).toList();
  }

  private FileChannel lockFile() throws IOException {
    Files.createDirectories(directory.root());
    return FileChannel.open(
        directory.root().resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }
}
