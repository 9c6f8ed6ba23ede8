package io.flanstream.jobs.terminal;

import java.time.Duration;

/** Durations, for people. */
public final class ShortDuration {
  private ShortDuration() {}

  /** Such as 12 s, 3 min 20 s or 1 h 5 min. */
  public static String of(Duration duration) {
    long seconds = duration.toSeconds();
    if (seconds < 60) {
      return seconds + " s";
    }
    long minutes = seconds / 60;
    return minutes < 60
        ? "%s min %s s".formatted(minutes, seconds % 60)
        : "%s h %s min".formatted(minutes / 60, minutes % 60);
  }
}
