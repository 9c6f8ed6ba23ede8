package io.flanstream.jobs.pipeline;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ReadableConfig;

/**
 * The table in which results are kept.
 *
 * @param warehouse URI of the directory that it lies under
 * @param commitInterval time between commits
 * @param parallelism subtasks that write
 * @param retention how old an event may become in it; everything is kept where empty
 * @param keepText whether it has the texts
 * @param compaction whether small files are made large ones
 * @param iceberg whether each commit writes Iceberg's metadata too
 */
public record HistorySettings(
    URI warehouse,
    Duration commitInterval,
    int parallelism,
    Optional<Duration> retention,
    boolean keepText,
    boolean compaction,
    boolean iceberg) {
  private static final Duration SHORTEST_INTERVAL = Duration.ofMillis(100);
  private static final Duration SHORTEST_RETENTION = Duration.ofDays(1);

  static Optional<HistorySettings> from(ReadableConfig config, Violations faults) {
    Optional<String> path = config.getOptional(HistoryOptions.PATH);
    if (path.isEmpty()) {
      Stream.<ConfigOption<?>>of(
              HistoryOptions.COMMIT_INTERVAL,
              HistoryOptions.PARALLELISM,
              HistoryOptions.RETENTION,
              HistoryOptions.KEEP_TEXT,
              HistoryOptions.COMPACTION,
              HistoryOptions.ICEBERG)
          .filter(option -> config.getOptional(option).isPresent())
          .findFirst()
          .ifPresent(
              option ->
                  faults.add(
                      HistoryOptions.PATH.key(),
                      "must be set where %s is".formatted(option.key())));
      return Optional.empty();
    }
    Duration interval = config.get(HistoryOptions.COMMIT_INTERVAL);
    faults.check(
        interval.compareTo(SHORTEST_INTERVAL) >= 0,
        HistoryOptions.COMMIT_INTERVAL,
        "must be at least 100 ms",
        interval);
    return Optional.of(
        new HistorySettings(
            warehouse(path.get(), faults),
            interval,
            Rules.atLeastOne(config, HistoryOptions.PARALLELISM, faults),
            retention(config, faults),
            config.get(HistoryOptions.KEEP_TEXT),
            config.get(HistoryOptions.COMPACTION),
            config.get(HistoryOptions.ICEBERG)));
  }

  private static Optional<Duration> retention(ReadableConfig config, Violations faults) {
    Optional<Duration> retention = config.getOptional(HistoryOptions.RETENTION);
    retention.ifPresent(
        age ->
            faults.check(
                age.compareTo(SHORTEST_RETENTION) >= 0,
                HistoryOptions.RETENTION,
                "must be at least 1 d",
                age));
    if (retention.isPresent() && !config.get(HistoryOptions.COMPACTION)) {
      faults.add(
          HistoryOptions.COMPACTION.key(),
          "must be true where %s is set".formatted(HistoryOptions.RETENTION.key()));
    }
    return retention;
  }

  private static URI warehouse(String path, Violations faults) {
    try {
      URI uri = path.startsWith("/") ? Path.of(path).toUri() : new URI(path);
      if (uri.isAbsolute() && !uri.isOpaque()) {
        return uri;
      }
    } catch (URISyntaxException e) {
      // Said below.
    }
    faults.add(HistoryOptions.PATH, "must be a URI or an absolute path", path);
    return null;
  }
}
