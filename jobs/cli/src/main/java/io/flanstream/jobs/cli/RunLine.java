package io.flanstream.jobs.cli;

import io.flanstream.jobs.offsets.RunCounts;
import io.flanstream.jobs.terminal.RecentRate;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/** How far a run is, in a line. One thread. */
final class RunLine {
  private static final Duration WINDOW = Duration.ofSeconds(10);

  private final boolean bounded;
  private final RecentRate recent = new RecentRate(WINDOW);

  /**
   * Shows a run.
   *
   * @param bounded whether it ends, so that there is a time left
   */
  RunLine(boolean bounded) {
    this.bounded = bounded;
  }

  /**
   * The line.
   *
   * @param counts what is done
   * @param ends where the partitions end, or the run does; empty where that is not known
   * @param now time, as {@link System#nanoTime} gives it
   */
  String text(RunCounts counts, Map<TopicPartition, Long> ends, long now) {
    double rate = recent.perSecond(now, counts.enriched() + counts.deadLetters());
    String line = done(counts) + String.format(Locale.ROOT, "   %,.0f/s", rate);
    if (ends.isEmpty() || counts.offsets().isEmpty()) {
      return line;
    }
    long lag = lag(counts.offsets(), ends);
    line += String.format(Locale.ROOT, "   lag %,d", lag);
    return bounded && lag > 0 && rate > 0
        ? line + String.format(Locale.ROOT, "   %,.0f s left", lag / rate)
        : line;
  }

  /** What is done. */
  static String done(RunCounts counts) {
    return String.format(
        Locale.ROOT,
        "%,d read   %,d enriched   %,d dead letters",
        counts.read(),
        counts.enriched(),
        counts.deadLetters());
  }

  private static long lag(Map<TopicPartition, Long> offsets, Map<TopicPartition, Long> ends) {
    return ends.entrySet().stream()
        .filter(end -> offsets.containsKey(end.getKey()))
        .mapToLong(end -> Math.max(0, end.getValue() - offsets.get(end.getKey())))
        .sum();
  }
}
