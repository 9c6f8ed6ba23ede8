package io.flanstream.jobs.hub;

import io.flanstream.jobs.terminal.ByteCount;
import io.flanstream.jobs.terminal.RecentRate;
import io.flanstream.jobs.terminal.ShortDuration;
import io.flanstream.jobs.terminal.Style;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * How far a pull is: a line that changes on a terminal, and now and then a line elsewhere. Goes to
 * the error stream.
 */
public final class PullProgress implements PullListener, AutoCloseable {
  private static final Duration WINDOW = Duration.ofSeconds(10);
  private static final Duration TERMINAL_INTERVAL = Duration.ofMillis(250);
  private static final Duration PLAIN_INTERVAL = Duration.ofSeconds(10);

  private final PrintWriter err;
  private final RecentRate rate = new RecentRate(WINDOW);
  private final ScheduledExecutorService ticks =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "pull-progress");
            thread.setDaemon(true);
            return thread;
          });
  private long expected;
  private long done;
  private long received;

  private PullProgress(PrintWriter err) {
    this.err = err;
  }

  /** Shows it until it is closed. */
  public static PullProgress start(PrintWriter err) {
    PullProgress progress = new PullProgress(err);
    long period = (Style.isErrorTerminal() ? TERMINAL_INTERVAL : PLAIN_INTERVAL).toMillis();
    var unusedTick =
        progress.ticks.scheduleAtFixedRate(progress::show, period, period, TimeUnit.MILLISECONDS);
    return progress;
  }

  @Override
  public synchronized void expected(long bytes) {
    expected += bytes;
  }

  @Override
  public synchronized void kept(long bytes) {
    done += bytes;
  }

  @Override
  public synchronized void received(long bytes) {
    done += bytes;
    received += bytes;
  }

  @Override
  public synchronized void dropped(long bytes) {
    done -= bytes;
  }

  /** How far it is now, as shown at a time of {@link System#nanoTime}. */
  synchronized String line(long now) {
    double perSecond = rate.perSecond(now, received);
    String left =
        perSecond < 1
            ? "waiting"
            : ShortDuration.of(Duration.ofSeconds((long) ((expected - done) / perSecond)))
                + " left";
    return "%s of %s   %s/s   %s"
        .formatted(ByteCount.of(done), ByteCount.of(expected), ByteCount.of(perSecond), left);
  }

  @Override
  public void close() {
    ticks.shutdownNow();
    if (Style.isErrorTerminal()) {
      err.print("\r\033[K");
      err.flush();
    }
  }

  private void show() {
    String line = line(System.nanoTime());
    if (Style.isErrorTerminal()) {
      err.print("\r\033[K  " + line);
      err.flush();
    } else {
      err.println("  " + line);
    }
  }
}
