package io.flanstream.jobs.pipeline;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** A place in every partition of the topics that are read. */
public sealed interface Position {

  /** The first record that the broker still has. */
  record Earliest() implements Position {}

  /** After the last record. */
  record Latest() implements Position {}

  /** Where the consumer group left off, else the first record. */
  record Committed() implements Position {}

  /**
   * The first record with this Kafka timestamp or a later one.
   *
   * @param time the time
   */
  record Time(Instant time) implements Position {}

  /**
   * Given offsets.
   *
   * @param byPartition offset of each partition, by its number, or by topic:number where several
   *     topics are read; see {@link SourceTopics#name}
   */
  record Offsets(Map<String, Long> byPartition) implements Position {

    /** Keeps its own copy. */
    public Offsets {
      byPartition = Map.copyOf(byPartition);
    }
  }

  /** The text that {@link #parse} reads. */
  default String text() {
    if (this instanceof Time at) {
      return at.time().toString();
    }
    if (this instanceof Offsets offsets) {
      return offsets.byPartition().entrySet().stream()
          .map(entry -> entry.getKey() + ":" + entry.getValue())
          .sorted()
          .collect(Collectors.joining(","));
    }
    return getClass().getSimpleName().toLowerCase(Locale.ROOT);
  }

  /**
   * Reads a position.
   *
   * @param text earliest, latest, committed, a time in ISO 8601, or partition:offset or
   *     topic:partition:offset lists
   * @return the position
   * @throws IllegalArgumentException if it is none of these
   */
  static Position parse(String text) {
    return switch (text) {
      case "earliest" -> new Earliest();
      case "latest" -> new Latest();
      case "committed" -> new Committed();
      default ->
          text.matches("(?:[^:,]+:)?\\d+:\\d+(?:,(?:[^:,]+:)?\\d+:\\d+)*")
              ? offsets(text)
              : time(text);
    };
  }

  private static Position offsets(String text) {
    Map<String, Long> byPartition = new HashMap<>();
    for (String pair : text.split(",", -1)) {
      int colon = pair.lastIndexOf(':');
      String name = pair.substring(0, colon);
      int partition = name.lastIndexOf(':') + 1;
      try {
        byPartition.put(
            name.substring(0, partition) + Integer.parseInt(name.substring(partition)),
            Long.valueOf(pair.substring(colon + 1)));
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException("must have partitions and offsets in range", e);
      }
    }
    return new Offsets(byPartition);
  }

  private static Position time(String text) {
    try {
      return new Time(Instant.parse(text));
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException(
          "must be earliest, latest, committed, a time such as 2026-01-31T00:00:00Z, or offsets"
              + " such as 0:120,1:80",
          e);
    }
  }
}
