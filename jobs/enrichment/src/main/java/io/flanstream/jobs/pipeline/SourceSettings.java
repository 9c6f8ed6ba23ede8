package io.flanstream.jobs.pipeline;

import io.flanstream.operators.ingest.EventFields;
import io.flanstream.operators.ingest.PayloadFormat;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.flink.configuration.ReadableConfig;

/**
 * What is read, and how.
 *
 * @param topics topics to read
 * @param values how the values are written
 * @param from where to begin without a Flink checkpoint
 * @param to where to end; never where empty
 * @param maxOutOfOrderness how far event times may be out of order
 * @param idleTimeout how long the watermark waits for a reader without records
 * @param partitionDiscovery how often to look for new partitions
 */
public record SourceSettings(
    SourceTopics topics,
    SourceValues values,
    Position from,
    Optional<Position> to,
    Duration maxOutOfOrderness,
    Duration idleTimeout,
    Duration partitionDiscovery) {

  /**
   * The only topic.
   *
   * @throws IllegalStateException if several are read
   */
  public String topic() {
    return topics
        .one()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "Cannot name the source topic: it must be one, got " + topics.text()));
  }

  /** Form of the values. */
  public PayloadFormat format() {
    return values.format();
  }

  /** Schema of Avro values, as {@link SourceValues#schema} says. */
  public Optional<Schema> schema() {
    return values.schema();
  }

  /** Where an event's parts are. */
  public EventFields fields() {
    return values.fields();
  }

  /** The same, ended where the topic ends when the job starts, unless it ends already. */
  public SourceSettings bounded() {
    return new SourceSettings(
        topics,
        values,
        from,
        to.or(() -> Optional.of(new Position.Latest())),
        maxOutOfOrderness,
        idleTimeout,
        partitionDiscovery);
  }

  /** The same, begun and ended elsewhere. */
  public SourceSettings between(Position start, Optional<Position> end) {
    return new SourceSettings(
        topics, values, start, end, maxOutOfOrderness, idleTimeout, partitionDiscovery);
  }

  /** The same, with values that are written otherwise. */
  public SourceSettings with(SourceValues other) {
    return new SourceSettings(
        topics, other, from, to, maxOutOfOrderness, idleTimeout, partitionDiscovery);
  }

  static SourceSettings from(ReadableConfig config, Path directory, Violations faults) {
    Duration outOfOrderness = config.get(SourceOptions.MAX_OUT_OF_ORDERNESS);
    faults.check(
        !outOfOrderness.isNegative(),
        SourceOptions.MAX_OUT_OF_ORDERNESS,
        "must not be negative",
        outOfOrderness);
    Duration idleTimeout = config.get(SourceOptions.IDLE_TIMEOUT);
    Rules.positive(idleTimeout, SourceOptions.IDLE_TIMEOUT, faults);
    Duration partitionDiscovery = config.get(SourceOptions.PARTITION_DISCOVERY);
    Rules.positive(partitionDiscovery, SourceOptions.PARTITION_DISCOVERY, faults);
    SourceTopics topics = SourceTopics.from(config, faults);
    return new SourceSettings(
        topics,
        SourceValues.from(config, topics, directory, faults),
        from(config.get(SourceOptions.FROM), topics, faults),
        config.getOptional(SourceOptions.TO).map(text -> end(text, topics, faults)),
        outOfOrderness,
        idleTimeout,
        partitionDiscovery);
  }

  private static Position from(String text, SourceTopics topics, Violations faults) {
    return faults.tried(SourceOptions.FROM, text, () -> position(text, topics));
  }

  private static Position position(String text, SourceTopics topics) {
    Position position = Position.parse(text);
    if (position instanceof Position.Offsets offsets) {
      offsets.byPartition().keySet().forEach(topics::partition);
    }
    return position;
  }

  private static Position end(String text, SourceTopics topics, Violations faults) {
    Position position = faults.tried(SourceOptions.TO, text, () -> position(text, topics));
    faults.check(
        !(position instanceof Position.Earliest || position instanceof Position.Committed),
        SourceOptions.TO,
        "must be latest, a time or offsets",
        text);
    return position;
  }
}
