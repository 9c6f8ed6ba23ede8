package io.flanstream.jobs.hub;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends response bodies whose server has fallen silent, which {@code java.net.http} would wait for
 * without end.
 */
final class StallGuard implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StallGuard.class);
  private static final int CHECKS = 4;

  private final Duration patience;
  private final Set<Body> open = ConcurrentHashMap.newKeySet();
  private final ScheduledExecutorService checks =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "hub-stalls");
            thread.setDaemon(true);
            return thread;
          });

  StallGuard(Duration patience) {
    this.patience = patience;
    long period = Math.max(1, patience.toMillis() / CHECKS);
    var unusedCheck =
        checks.scheduleWithFixedDelay(this::check, period, period, TimeUnit.MILLISECONDS);
  }

  /** The body, whose reads fail once nothing has come for too long. */
  InputStream watch(InputStream body) {
    Body watched = new Body(body);
    open.add(watched);
    return watched;
  }

  /** Ends every body. */
  @Override
  public void close() {
    checks.shutdownNow();
    open.forEach(Body::end);
  }

  private void check() {
    long now = System.nanoTime();
    for (Body body : open) {
      if (now - body.lastRead > patience.toNanos()) {
        body.stalled = true;
        body.end();
      }
    }
  }

  /** A body with the time of its last bytes. */
  private final class Body extends FilterInputStream {
    private volatile long lastRead = System.nanoTime();
    private volatile boolean stalled;

    Body(InputStream body) {
      super(body);
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int read;
      try {
        read = super.read(bytes, offset, length);
      } catch (IOException e) {
        throw stalled ? stall() : e;
      }
      if (read < 0 && stalled) {
        throw stall();
      }
      lastRead = System.nanoTime();
      return read;
    }

    private IOException stall() {
      return new IOException("nothing came for %s".formatted(patience));
    }

    @Override
    public void close() throws IOException {
      open.remove(this);
      super.close();
    }

    private void end() {
      try {
        close();
      } catch (IOException e) {
        LOG.debug("Cannot close a body that was given up", e);
      }
    }
  }
}
