package io.flanstream.jobs.pipeline;

import io.flanstream.operators.ingest.EventFields;
import io.flanstream.operators.ingest.FieldPath;
import io.flanstream.operators.ingest.PayloadFormat;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ReadableConfig;

/**
 * What is read, and how.
 *
 * @param topics topics to read
 * @param format form of the values
 * @param schema schema that Avro values were written with, our own TextEvent where empty; in
 *     Confluent's wire format, schema to read them as, each its own where empty
 * @param fields where an event's parts are
 * @param from where to begin without a Flink checkpoint
 * @param to where to end; never where empty
 * @param maxOutOfOrderness how far event times may be out of order
 * @param idleTimeout how long the watermark waits for a reader without records
 * @param partitionDiscovery how often to look for new partitions
 */
public record SourceSettings(
    SourceTopics topics,
    PayloadFormat format,
    Optional<Schema> schema,
    EventFields fields,
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

  /** The same, ended where the topic ends when the job starts, unless it ends already. */
  public SourceSettings bounded() {
    return new SourceSettings(
        topics,
        format,
        schema,
        fields,
        from,
        to.or(() -> Optional.of(new Position.Latest())),
        maxOutOfOrderness,
        idleTimeout,
        partitionDiscovery);
  }

  /** The same, begun and ended elsewhere. */
  public SourceSettings between(Position start, Optional<Position> end) {
    return new SourceSettings(
        topics,
        format,
        schema,
        fields,
        start,
        end,
        maxOutOfOrderness,
        idleTimeout,
        partitionDiscovery);
  }

  /** The same, with values that are JSON objects of id, text, eventTime and the attributes. */
  public SourceSettings plainJson() {
    return new SourceSettings(
        topics,
        PayloadFormat.JSON,
        Optional.empty(),
        new EventFields(
            FieldPath.parse(SourceOptions.TEXT.defaultValue()),
            FieldPath.parse(SourceOptions.ID.defaultValue()),
            FieldPath.parse(SourceOptions.EVENT_TIME.defaultValue()),
            fields.attributes(),
            false,
            fields.eventTimeUnit()),
        from,
        to,
        maxOutOfOrderness,
        idleTimeout,
        partitionDiscovery);
  }

  static SourceSettings from(ReadableConfig config, Path directory, Violations faults) {
    PayloadFormat format = config.get(SourceOptions.FORMAT);
    if (format == PayloadFormat.TEXT) {
      Stream.of(
              SourceOptions.TEXT,
              SourceOptions.ID,
              SourceOptions.EVENT_TIME,
              SourceOptions.EVENT_TIME_UNIT,
              SourceOptions.ATTRIBUTES)
          .forEach(option -> mustNotBeSet(config, option, "text, which has no fields", faults));
    }
    if (format == PayloadFormat.JSON || format == PayloadFormat.TEXT) {
      mustNotBeSet(config, SourceOptions.SCHEMA, "json or text", faults);
    }
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
        format,
        config
            .getOptional(SourceOptions.SCHEMA)
            .map(file -> schema(directory.resolve(file), file, faults)),
        new EventFields(
            path(config, SourceOptions.TEXT, faults),
            path(config, SourceOptions.ID, faults),
            path(config, SourceOptions.EVENT_TIME, faults),
            attributes(config, faults),
            config.get(SourceOptions.STRUCTURED_TEXT),
            config.getOptional(SourceOptions.EVENT_TIME_UNIT).orElse(null)),
        from(config.get(SourceOptions.FROM), topics, faults),
        config.getOptional(SourceOptions.TO).map(text -> end(text, topics, faults)),
        outOfOrderness,
        idleTimeout,
        partitionDiscovery);
  }

  private static void mustNotBeSet(
      ReadableConfig config, ConfigOption<?> option, String format, Violations faults) {
    config
        .getOptional(option)
        .ifPresent(
            value ->
                faults.add(
                    option,
                    "must not be set where %s is %s".formatted(SourceOptions.FORMAT.key(), format),
                    value));
  }

  private static FieldPath path(
      ReadableConfig config, ConfigOption<String> option, Violations faults) {
    String text = config.get(option);
    if (!Rules.isField(text)) {
      faults.add(option, Rules.FIELD, text);
      return FieldPath.parse(option.defaultValue());
    }
    return FieldPath.parse(text);
  }

  private static List<FieldPath> attributes(ReadableConfig config, Violations faults) {
    Set<String> names = new HashSet<>();
    List<FieldPath> paths = Rules.fields(config, SourceOptions.ATTRIBUTES, faults);
    for (FieldPath path : paths) {
      faults.check(
          names.add(path.name()),
          SourceOptions.ATTRIBUTES,
          "must differ in their last names",
          path.written());
    }
    return paths;
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

  private static Schema schema(Path file, String written, Violations faults) {
    try {
      Schema schema = new Schema.Parser().parse(file.toFile());
      faults.check(
          schema.getType() == Schema.Type.RECORD,
          SourceOptions.SCHEMA,
          "must be the schema of a record",
          written);
      return schema;
    } catch (IOException | AvroRuntimeException e) {
      faults.add(
          SourceOptions.SCHEMA, "must be a file with an Avro schema: " + e.getMessage(), written);
      return null;
    }
  }
}
