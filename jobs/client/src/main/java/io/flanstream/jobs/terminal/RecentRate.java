package io.flanstream.jobs.terminal;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/** How fast a count has grown of late. One thread at a time. */
public final class RecentRate {
  private static final double LEAST_SECONDS = 0.1;

  private final Duration window;
  private final Deque<long[]> recent = new ArrayDeque<>();

  /** Looks back so far. */
  public RecentRate(Duration window) {
    this.window = window;
  }

  /**
   * Growth a second.
   *
   * @param now time, as {@link System#nanoTime} gives it
   * @param count what the count is now
   * @return its growth within the window; 0 where the first count is too new to say
   */
  public double perSecond(long now, long count) {
    recent.add(new long[] {now, count});
    while (now - recent.peek()[0] > window.toNanos()) {
      recent.poll();
    }
    double seconds = (now - recent.peek()[0]) / 1e9;
    return seconds < LEAST_SECONDS ? 0 : (count - recent.peek()[1]) / seconds;
  }
}
