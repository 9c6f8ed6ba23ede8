package io.flanstream.jobs.terminal;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.function.BiFunction;

/**
 * How far the records are: a line that changes on a terminal, and now and then a line elsewhere.
 *
 * <p>Not me.tongfei:progressbar: that has a bar alone, and no lines for logs and pipes.
 */
public final class Progress {
  private static final int BAR = 32;
  private static final Duration WINDOW = Duration.ofSeconds(3);
  private static final Duration PLAIN_INTERVAL = Duration.ofSeconds(2);

  private final PrintWriter out;
  private final boolean terminal;
  private final BiFunction<Style, String, String> style;
  private final int total;
  private final long begun = System.nanoTime();
  private final RecentRate recent = new RecentRate(WINDOW);
  private long lastPlain = begun;
  private int lastShown = -1;
  private int firstDone;
  private long firstTime;
  private boolean isOpen;
  private boolean isLeft;

  private Progress(
      PrintWriter out, boolean terminal, BiFunction<Style, String, String> style, int total) {
    this.out = out;
    this.terminal = terminal;
    this.style = style;
    this.total = total;
  }

  /** Progress towards a number of records, on what the output is written to. */
  public static Progress onOutput(PrintWriter out, int total) {
    return withCleanup(new Progress(out, Style.isTerminal(), Style::out, total));
  }

  /** Progress towards a number of records, on the error stream. */
  public static Progress onError(int total) {
    return withCleanup(
        new Progress(StandardStreams.errorWriter(), Style.isErrorTerminal(), Style::err, total));
  }

  private static Progress withCleanup(Progress progress) {
    Cleanup.register(progress::leave);
    return progress;
  }

  /** Leaves the line as it is where the command was interrupted: what is below it comes next. */
  private synchronized void leave() {
    if (isOpen && Cleanup.isInterrupted()) {
      out.println();
      out.flush();
    }
    isLeft = true;
  }

  /** Shows a number of records that are done. */
  public synchronized void show(int done) {
    if (isLeft) {
      return;
    }
    long now = System.nanoTime();
    double rate = recent.perSecond(now, done);
    if (terminal) {
      out.print("\r\033[K  " + bar(done) + "  " + numbers(done, rate, now));
      out.flush();
      isOpen = true;
    } else if (done != lastShown && now - lastPlain >= PLAIN_INTERVAL.toNanos()) {
      plain(done, now, rate);
    }
  }

  /** Ends the line, and says how long it took. */
  public synchronized void end(int done) {
    clear(done);
    if (isLeft) {
      return;
    }
    out.printf(
        Locale.ROOT,
        "  %,d records in %.1f s, the job's start included%n",
        done,
        elapsed().toMillis() / 1e3);
    out.flush();
  }

  /** Ends the line. */
  public synchronized void clear(int done) {
    if (isLeft) {
      return;
    }
    if (terminal) {
      out.print("\r\033[K");
      isOpen = false;
    } else if (done != lastShown) {
      long now = System.nanoTime();
      plain(done, now, recent.perSecond(now, done));
    }
    out.flush();
  }

  private Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - begun);
  }

  private void plain(int done, long now, double rate) {
    out.println("  " + numbers(done, rate, now));
    out.flush();
    lastPlain = now;
    lastShown = done;
  }

  private String numbers(int done, double rate, long now) {
    return String.format(
            Locale.ROOT,
            "%,d of %,d   %.0f records/s   %.1f s",
            done,
            total,
            rate,
            elapsed().toMillis() / 1e3)
        + left(done, now);
  }

  /** By the mean rate since the first record, which neither a burst moves nor the start. */
  private String left(int done, long now) {
    if (done > 0 && firstDone == 0) {
      firstDone = done;
      firstTime = now;
    }
    if (done == firstDone || done == total) {
      return "";
    }
    double seconds = (now - firstTime) / 1e9 * (total - done) / (done - firstDone);
    return String.format(Locale.ROOT, "   %,.0f s left", seconds);
  }

  private String bar(int done) {
    int filled = (int) ((long) BAR * done / total);
    return style.apply(Style.CYAN, "█".repeat(filled))
        + style.apply(Style.DIM, "░".repeat(BAR - filled));
  }
}
