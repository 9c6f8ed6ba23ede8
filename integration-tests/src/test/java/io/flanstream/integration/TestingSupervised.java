package io.flanstream.integration;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** A process as {@code restart: unless-stopped} has it: however it ends, another is started. */
final class TestingSupervised implements AutoCloseable {
  private static final Executor SOON =
      CompletableFuture.delayedExecutor(200, TimeUnit.MILLISECONDS);

  private final Starter starter;
  private Process process;
  private boolean isClosed;

  /** Starts a process. */
  @FunctionalInterface
  interface Starter {
    Process start() throws IOException;
  }

  TestingSupervised(Starter starter) {
    this.starter = starter;
    start();
  }

  /** Ends the process without its knowing; returns when there is another. */
  void kill() throws InterruptedException {
    Process before = current();
    before.destroyForcibly();
    awaitOther(before);
  }

  /**
   * Has the process end in order, as {@code docker restart} does; returns when there is another.
   */
  void restart() throws InterruptedException {
    Process before = current();
    before.toHandle().destroy();
    if (!before.waitFor(10, TimeUnit.SECONDS)) {
      before.destroyForcibly();
    }
    awaitOther(before);
  }

  @Override
  public void close() {
    Process last = closed();
    last.destroyForcibly();
    last.onExit().join();
  }

  private synchronized Process closed() {
    isClosed = true;
    return process;
  }

  private synchronized Process current() {
    return process;
  }

  private synchronized void awaitOther(Process before) throws InterruptedException {
    while (process.equals(before)) {
      wait();
    }
  }

  private synchronized void start() {
    if (isClosed) {
      return;
    }
    try {
      process = starter.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    var unused = process.onExit().thenRunAsync(this::start, SOON);
    notifyAll();
  }
}
