package io.flanstream.jobs.client;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Counts why a job was restarted, and says so of what comes again and again. One thread. */
public final class RestartCauses {
  private static final int OFTEN = 3;
  private static final int EACH = 10;

  private final Map<String, Integer> counts = new HashMap<>();
  private long last;

  /**
   * Takes a failure.
   *
   * @param time when it was, in milliseconds since 1970; what is not newer than the last is known
   * @param cause why, for people
   * @return what there is to say, at the third restart for one cause and then now and then
   */
  public Optional<String> add(long time, String cause) {
    if (time <= last) {
      return Optional.empty();
    }
    last = time;
    // Offsets, times and ports differ from one restart to the next.
    int count = counts.merge(cause.replaceAll("\\d+", "#"), 1, Integer::sum);
    return count == OFTEN || count % EACH == 0
        ? Optional.of(
            String.format(
                Locale.ROOT, "Flink has restarted the job %d times for this: %s", count, cause))
        : Optional.empty();
  }
}
