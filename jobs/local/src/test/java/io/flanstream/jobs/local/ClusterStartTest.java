package io.flanstream.jobs.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.jobs.client.Installation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes whose lib/ is empty, so that each ends by itself as soon as it starts. */
class ClusterStartTest {
  private static final Path ROOT = Path.of(System.getProperty("flanstream.root"));
  private static final String NAME = LocalCluster.taskManager(1);

  @TempDir private Path temporary;
  private ClusterDirectory directory;

  @BeforeEach
  void write() throws IOException {
    directory = new ClusterDirectory(temporary);
    Files.createDirectories(directory.lib());
    directory.write(
        ClusterConfiguration.of(new ClusterSettings(1, 1, "0", false, Map.of()), directory));
  }

  @Test
  void aProcessThatCrashedIsMissedAfterAStartThatFailed() throws IOException {
    try (ClusterStart start = start()) {
      start.keep();
    }
    awaitEnd();

    start().close();

    assertThat(directory.processes()).containsExactly(NAME);
    assertThat(new ClusterProcess(directory, NAME).isAlive()).isFalse();
  }

  @Test
  void aProcessThatNeverStoodIsNotMissed() throws IOException {
    start().close();

    assertThat(directory.processes()).isEmpty();
  }

  private ClusterStart start() throws IOException {
    ClusterStart start = new ClusterStart(new Installation(ROOT), directory);
    start.ifMissing(ClusterRole.TASK_MANAGER, NAME);
    return start;
  }

  private void awaitEnd() throws IOException {
    Optional<ProcessHandle> process = new ClusterProcess(directory, NAME).handle();
    process.ifPresent(handle -> handle.onExit().join());
  }
}
