package io.flanstream.jobs.terminal;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is open, closed newest first: when the command ends, and as well when Ctrl-C ends it.
 *
 * <p>Closing happens once, whoever asks for it first.
 */
public final class Cleanup {
  private static final Logger LOG = LoggerFactory.getLogger(Cleanup.class);
  private static final Deque<AutoCloseable> OPEN = new ArrayDeque<>();
  private static boolean hooked;
  private static volatile boolean interrupted;

  private Cleanup() {}

  /** Has something closed at the end. */
  public static synchronized <T extends AutoCloseable> T register(T closeable) {
    if (!hooked) {
      Runtime.getRuntime().addShutdownHook(new Thread(Cleanup::interrupt, "cleanup"));
      hooked = true;
    }
    OPEN.push(closeable);
    return closeable;
  }

  /** Whether the command was told to end: what fails from now on fails because of that. */
  public static boolean isInterrupted() {
    return interrupted;
  }

  private static void interrupt() {
    interrupted = true;
    run();
  }

  /** Closes everything that is still open. */
  public static synchronized void run() {
    while (!OPEN.isEmpty()) {
      close(OPEN.pop());
    }
  }

  @SuppressWarnings("try")
  private static void close(AutoCloseable closeable) {
    try {
      closeable.close();
    } catch (Exception e) {
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      LOG.warn("Cannot close {}", closeable, e);
    }
  }
}
