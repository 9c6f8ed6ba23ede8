package io.flanstream.jobs.local;

import io.flanstream.jobs.client.Installation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Starts processes; unless it is told to keep them, they end with it. One that was there before and
 * had ended by itself stays a member of the cluster, so that it is missed. Thread-safe.
 */
final class ClusterStart implements AutoCloseable {
  private final ClusterDirectory directory;
  private final ClusterCommandLine commandLine;
  private final List<ClusterProcess> started = new ArrayList<>();
  private final List<ClusterProcess> restarted = new ArrayList<>();
  private boolean closed;

  ClusterStart(Installation installation, ClusterDirectory directory) {
    this.directory = directory;
    this.commandLine = new ClusterCommandLine(installation, directory);
  }

  synchronized void ifMissing(ClusterRole role, String name) throws IOException {
    if (closed) {
      throw new IOException("Cannot start %s: interrupted".formatted(name));
    }
    ClusterProcess process = new ClusterProcess(directory, name);
    if (!process.isAlive()) {
      List<ClusterProcess> starting = process.isKnown() ? restarted : started;
      process.start(commandLine.of(role, name), directory.root(), directory.output(name));
      starting.add(process);
    }
  }

  /** Has what was started go on. */
  synchronized void keep() {
    started.clear();
    restarted.clear();
  }

  @Override
  public synchronized void close() throws IOException {
    closed = true;
    ClusterProcess.end(restarted);
    ClusterProcess.stop(started);
    restarted.clear();
    started.clear();
  }
}
