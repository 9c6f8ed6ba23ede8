package io.flanstream.jobs.demo;

import io.flanstream.jobs.terminal.Style;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

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
  private final Deque<long[]> recent = new ArrayDeque<>();
  private long lastPlain = begun;
  private int lastShown = -1;

  Progress(PrintWriter out, int total) {
    this.out = out;
    this.total = total;
  }

  /** Shows a number of records that are done. */
  void show(int done) {
    long now = System.nanoTime();
    recent.add(new long[] {now, done});
    while (now - recent.peek()[0] > WINDOW.toNanos()) {
      recent.poll();
    }
    if (Style.isTerminal()) {
      out.print("\r\033[K  " + bar(done) + "  " + numbers(done, now));
      out.flush();
    } else if (done != lastShown && now - lastPlain >= PLAIN_INTERVAL.toNanos()) {
      plain(done, now);
    }
  }

  /** Ends the line. */
  void end(int done) {
    if (Style.isTerminal()) {
      out.print("\r\033[K");
    } else if (done != lastShown) {
      plain(done, System.nanoTime());
    }
    out.printf(
        "  %,d records in %.1f s, the job's start included%n", done, elapsed().toMillis() / 1e3);
    out.flush();
  }

  /** Time since the first. */
  Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - begun);
  }

  private void plain(int done, long now) {
    out.println("  " + numbers(done, now));
    out.flush();
    lastPlain = now;
    lastShown = done;
  }

  private String numbers(int done, long now) {
    long[] first = recent.peek();
    double seconds = first == null ? 0 : (now - first[0]) / 1e9;
    double rate = seconds < 0.1 ? 0 : (done - first[1]) / seconds;
    return "%,d of %,d   %.0f records/s   %.1f s"
        .formatted(done, total, rate, elapsed().toMillis() / 1e3);
  }

  private String bar(int done) {
    int filled = (int) ((long) BAR * done / total);
    return Style.CYAN.out("█".repeat(filled)) + Style.DIM.out("░".repeat(BAR - filled));
  }
}
