package io.flanstream.jobs.state;

import java.time.Duration;
import java.time.Instant;

/** How long ago something was, for people. */
final class Age {
  private static final Duration SECONDS = Duration.ofMinutes(2);
  private static final Duration MINUTES = Duration.ofHours(2);
  private static final Duration HOURS = Duration.ofDays(2);

  private Age() {}

  static String since(Instant then) {
    return of(Duration.between(then, Instant.now()));
  }

  static String of(Duration age) {
    if (age.isNegative()) {
      return "0 s ago";
    }
    if (age.compareTo(SECONDS) < 0) {
      return age.toSeconds() + " s ago";
    }
    if (age.compareTo(MINUTES) < 0) {
      return age.toMinutes() + " min ago";
    }
    return age.compareTo(HOURS) < 0 ? age.toHours() + " h ago" : age.toDays() + " days ago";
  }
}
