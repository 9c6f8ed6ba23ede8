package io.flanstream.jobs.demo;

import io.flanstream.jobs.terminal.RecentRate;
import io.flanstream.jobs.terminal.Style;
import java.io.PrintWriter;
import java.time.Duration;

/**
 * How far the records are: a line that changes on a terminal, and now and then a line elsewhere.
 */
final class Progress {
  private static final int BAR = 32;
  private static final Duration WINDOW = Duration.ofSeconds(3);
  private static final Duration PLAIN_INTERVAL = Duration.ofSeconds(2);

  private final PrintWriter out;
  private final int total;
  private final long begun = System.nanoTime();
  private final RecentRate recent = new RecentRate(WINDOW);
  private long lastPlain = begun;
  private int lastShown = -1;

  Progress(PrintWriter out, int total) {
    this.out = out;
    this.total = total;
  }

  /** Shows a number of records that are done. */
  void show(int done) {
    long now = System.nanoTime();
    double rate = recent.perSecond(now, done);
    if (Style.isTerminal()) {
      out.print("\r\033[K  " + bar(done) + "  " + numbers(done, rate));
      out.flush();
    } else if (done != lastShown && now - lastPlain >= PLAIN_INTERVAL.toNanos()) {
      plain(done, now, rate);
    }
  }

  /** Ends the line. */
  void end(int done) {
    if (Style.isTerminal()) {
      out.print("\r\033[K");
    } else if (done != lastShown) {
      long now = System.nanoTime();
      plain(done, now, recent.perSecond(now, done));
    }
    out.printf(
        "  %,d records in %.1f s, the job's start included%n", done, elapsed().toMillis() / 1e3);
    out.flush();
  }

  /** Time since the first. */
  Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - begun);
  }

  private void plain(int done, long now, double rate) {
    out.println("  " + numbers(done, rate));
    out.flush();
    lastPlain = now;
    lastShown = done;
  }

  private String numbers(int done, double rate) {
    return "%,d of %,d   %.0f records/s   %.1f s"
        .formatted(done, total, rate, elapsed().toMillis() / 1e3);
  }

  private String bar(int done) {
    int filled = (int) ((long) BAR * done / total);
    return Style.CYAN.out("█".repeat(filled)) + Style.DIM.out("░".repeat(BAR - filled));
  }
}
