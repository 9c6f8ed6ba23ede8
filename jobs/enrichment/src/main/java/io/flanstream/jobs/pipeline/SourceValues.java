package io.flanstream.jobs.pipeline;

import io.flanstream.operators.ingest.CsvColumns;
import io.flanstream.operators.ingest.Envelope;
import io.flanstream.operators.ingest.EventFields;
import io.flanstream.operators.ingest.FieldPath;
import io.flanstream.operators.ingest.PayloadForm;
import io.flanstream.operators.ingest.PayloadFormat;
import io.flanstream.operators.ingest.SourceForms;
import io.flanstream.operators.protobuf.ProtobufType;
import io.flanstream.operators.registry.RegistryProvider;
import io.flanstream.operators.serialize.PayloadRedaction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ReadableConfig;

/**
 * How the values that are read are written.
 *
 * @param format their form
 * @param schema schema that Avro values were written with, our own TextEvent where empty; in
 *     Confluent's wire format, schema to read them as, each its own where empty
 * @param fields where an event's parts are
 * @param envelope what the records are wrapped in
 * @param protobuf type of Protobuf messages without a registry; empty for other forms
 * @param csv columns of rows; empty for other forms
 * @param topics how values of some topics are written instead, by their names
 */
public record SourceValues(
    PayloadFormat format,
    Optional<Schema> schema,
    EventFields fields,
    Envelope envelope,
    Optional<ProtobufType> protobuf,
    Optional<CsvColumns> csv,
    Map<String, SourceValues> topics) {
  private static final Set<PayloadFormat> WITHOUT_OPTIONS =
      EnumSet.of(
          PayloadFormat.JSON,
          PayloadFormat.JSON_CONFLUENT,
          PayloadFormat.TEXT,
          PayloadFormat.AVRO_CONFLUENT,
          PayloadFormat.PROTOBUF_CONFLUENT);

  /** Keeps its own copy. */
  public SourceValues {
    topics = Map.copyOf(topics);
  }

  /** The same for whoever reads records, topic by topic. */
  public SourceForms forms(RegistryProvider registry) {
    return new SourceForms(
        form(registry),
        topics.entrySet().stream()
            .collect(
                Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().form(registry))));
  }

  /** Hides fields of what could not be read or answered. */
  public PayloadRedaction redaction(List<FieldPath> hidden) {
    return new PayloadRedaction(
        format,
        envelope,
        hidden,
        topics.entrySet().stream()
            .collect(
                Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().redaction(hidden))));
  }

  /** The same for whoever reads records. */
  public PayloadForm form(RegistryProvider registry) {
    return new PayloadForm(
        format,
        schema.map(Schema::toString).orElse(null),
        fields,
        registry,
        envelope,
        protobuf.orElse(null),
        csv.orElse(null));
  }

  /** JSON objects of id, text, eventTime and the attributes. */
  public SourceValues plainJson() {
    return new SourceValues(
        PayloadFormat.JSON,
        Optional.empty(),
        new EventFields(
            FieldPath.parse(SourceOptions.TEXT.defaultValue()),
            FieldPath.parse(SourceOptions.ID.defaultValue()),
            FieldPath.parse(SourceOptions.EVENT_TIME.defaultValue()),
            fields.attributes().stream()
                .filter(path -> path.origin() == FieldPath.Origin.VALUE)
                .toList(),
            fields.structured(),
            fields.eventTimeUnit()),
        Envelope.NONE,
        Optional.empty(),
        Optional.empty(),
        Map.of());
  }

  /** The same in another form, for records of any topic. */
  public SourceValues as(PayloadFormat other) {
    return new SourceValues(other, schema, fields, envelope, protobuf, csv, Map.of());
  }

  /** Whether they are objects as {@link #plainJson} has them. */
  public boolean isPlainJson() {
    return format == PayloadFormat.JSON
        && envelope == Envelope.NONE
        && fields.template() == null
        && fields.text().written().equals(SourceOptions.TEXT.defaultValue())
        && fields.id().written().equals(SourceOptions.ID.defaultValue());
  }

  static SourceValues from(
      ReadableConfig config, SourceTopics topics, Path directory, Violations faults) {
    PayloadFormat format = config.get(SourceOptions.FORMAT);
    EventFields fields = SourceFields.from(config, faults);
    SourceValues values =
        new SourceValues(
            format,
            isAvro(format)
                ? config
                    .getOptional(SourceOptions.SCHEMA)
                    .map(file -> schema(directory.resolve(file), file, faults))
                : Optional.empty(),
            fields,
            config.get(SourceOptions.ENVELOPE),
            format == PayloadFormat.PROTOBUF
                ? protobuf(config, directory, faults)
                : Optional.empty(),
            format == PayloadFormat.CSV ? csv(config, faults) : Optional.empty(),
            Map.of());
    SourceFields.check(values, config, faults);
    return values.with(topics(values, config, topics, faults));
  }

  private SourceValues with(Map<String, SourceValues> others) {
    return new SourceValues(format, schema, fields, envelope, protobuf, csv, others);
  }

  private static Map<String, SourceValues> topics(
      SourceValues values, ReadableConfig config, SourceTopics topics, Violations faults) {
    Map<String, String> formats = config.get(SourceOptions.TOPIC_FORMATS);
    Map<String, String> envelopes = config.get(SourceOptions.TOPIC_ENVELOPES);
    Map<String, SourceValues> others = new TreeMap<>();
    Stream.concat(formats.keySet().stream(), envelopes.keySet().stream())
        .distinct()
        .forEach(
            topic -> {
              String written = formats.get(topic);
              PayloadFormat format =
                  written == null
                      ? values.format()
                      : choice(
                          SourceOptions.TOPIC_FORMATS, topic, written, WITHOUT_OPTIONS, faults);
              String wrapped = envelopes.get(topic);
              Envelope envelope =
                  wrapped == null
                      ? values.envelope()
                      : choice(
                          SourceOptions.TOPIC_ENVELOPES,
                          topic,
                          wrapped,
                          EnumSet.allOf(Envelope.class),
                          faults);
              ConfigOption<?> option =
                  written == null ? SourceOptions.TOPIC_ENVELOPES : SourceOptions.TOPIC_FORMATS;
              if (!topics.matches(topic)) {
                faults.add(
                    new Violation(
                        option.key() + '.' + topic, "must be of a topic that is read", topic));
              } else if (format != null && envelope != null) {
                SourceValues own =
                    new SourceValues(
                        format,
                        written == null ? values.schema() : Optional.empty(),
                        values.fields(),
                        envelope,
                        written == null ? values.protobuf() : Optional.empty(),
                        written == null ? values.csv() : Optional.empty(),
                        Map.of());
                SourceFields.checkEnvelope(own, option.key() + '.' + topic, faults);
                others.put(topic, own);
              }
            });
    return others;
  }

  private static <T> T choice(
      ConfigOption<?> option, String topic, String written, Set<T> choices, Violations faults) {
    for (T choice : choices) {
      if (choice.toString().equals(written)) {
        return choice;
      }
    }
    faults.add(
        new Violation(
            option.key() + '.' + topic,
            "must be one of "
                + choices.stream().map(Object::toString).collect(Collectors.joining(", ")),
            written));
    return null;
  }

  private static boolean isAvro(PayloadFormat format) {
    return format == PayloadFormat.AVRO || format == PayloadFormat.AVRO_CONFLUENT;
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

  private static Optional<ProtobufType> protobuf(
      ReadableConfig config, Path directory, Violations faults) {
    String file = Rules.required(config, SourceOptions.SCHEMA, faults);
    String message = Rules.required(config, SourceOptions.PROTOBUF_MESSAGE, faults);
    if (file == null || message == null) {
      return Optional.empty();
    }
    try {
      ProtobufType type = new ProtobufType(Files.readAllBytes(directory.resolve(file)), message);
      faults.tried(SourceOptions.SCHEMA, file, type::checked);
      return Optional.of(type);
    } catch (IOException e) {
      faults.add(
          SourceOptions.SCHEMA, "must be a file with a descriptor set: " + e.getMessage(), file);
      return Optional.empty();
    }
  }

  private static Optional<CsvColumns> csv(ReadableConfig config, Violations faults) {
    List<String> columns = config.get(SourceOptions.CSV_COLUMNS);
    faults.check(
        !columns.isEmpty() && columns.stream().distinct().count() == columns.size(),
        SourceOptions.CSV_COLUMNS,
        "must name each column once where source.format is csv",
        String.join(", ", columns));
    String separator = config.get(SourceOptions.CSV_SEPARATOR);
    boolean isCharacter = separator.length() == 1 && !"\"\r\n".contains(separator);
    faults.check(
        isCharacter, SourceOptions.CSV_SEPARATOR, "must be one character, no quote", separator);
    return Optional.of(new CsvColumns(columns, isCharacter ? separator.charAt(0) : ','));
  }
}
