package io.flanstream.jobs.pipeline;

import io.flanstream.operators.ingest.Envelope;
import io.flanstream.operators.ingest.EventFields;
import io.flanstream.operators.ingest.FieldPath;
import io.flanstream.operators.ingest.FieldPath.Origin;
import io.flanstream.operators.ingest.PayloadFormat;
import io.flanstream.operators.ingest.TextTemplate;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ReadableConfig;

/** Where the parts of events are, and whether values of their form can have them there. */
final class SourceFields {
  private static final Set<PayloadFormat> JSON =
      EnumSet.of(PayloadFormat.JSON, PayloadFormat.JSON_CONFLUENT);

  private SourceFields() {}

  static EventFields from(ReadableConfig config, Violations faults) {
    boolean isCloudEvent = config.get(SourceOptions.ENVELOPE) == Envelope.CLOUDEVENTS;
    return new EventFields(
        path(config, SourceOptions.TEXT, SourceOptions.TEXT.defaultValue(), faults),
        path(config, SourceOptions.ID, isCloudEvent ? "envelope:id" : "id", faults),
        path(
            config,
            SourceOptions.EVENT_TIME,
            isCloudEvent ? "envelope:time" : SourceOptions.EVENT_TIME.defaultValue(),
            faults),
        attributes(config, faults),
        config.get(SourceOptions.STRUCTURED_TEXT),
        config
            .getOptional(SourceOptions.TEXT_TEMPLATE)
            .map(
                text ->
                    faults.tried(SourceOptions.TEXT_TEMPLATE, text, () -> TextTemplate.parse(text)))
            .orElse(null),
        config.getOptional(SourceOptions.EVENT_TIME_UNIT).orElse(null));
  }

  private static FieldPath path(
      ReadableConfig config, ConfigOption<String> option, String otherwise, Violations faults) {
    String text = config.getOptional(option).orElse(otherwise);
    if (!Rules.isField(text)) {
      faults.add(option, Rules.fieldRule(text), text);
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

  /** Checks that options go with the form. */
  static void check(SourceValues values, ReadableConfig config, Violations faults) {
    PayloadFormat format = values.format();
    if (format == PayloadFormat.TEXT) {
      checkText(values, config, faults);
    }
    if (format != PayloadFormat.AVRO
        && format != PayloadFormat.AVRO_CONFLUENT
        && format != PayloadFormat.PROTOBUF) {
      mustNotBeSet(
          config,
          SourceOptions.SCHEMA,
          JSON.contains(format) || format == PayloadFormat.TEXT ? "json or text" : format,
          faults);
    }
    if (format != PayloadFormat.PROTOBUF) {
      mustNotBeSet(config, SourceOptions.PROTOBUF_MESSAGE, format, faults);
    }
    if (format != PayloadFormat.CSV) {
      mustNotBeSet(config, SourceOptions.CSV_COLUMNS, format, faults);
      mustNotBeSet(config, SourceOptions.CSV_SEPARATOR, format, faults);
    }
    checkEnvelope(values, config, faults);
    if (values.fields().template() != null) {
      for (ConfigOption<?> option : List.of(SourceOptions.TEXT, SourceOptions.STRUCTURED_TEXT)) {
        config
            .getOptional(option)
            .ifPresent(
                value ->
                    faults.add(
                        option,
                        "must not be set beside " + SourceOptions.TEXT_TEMPLATE.key(),
                        value));
      }
    }
    values
        .csv()
        .ifPresent(
            csv ->
                set(values.fields(), config)
                    .forEach(
                        (path, option) ->
                            faults.check(
                                path.origin() != Origin.VALUE
                                    || csv.names().contains(path.segments().get(0)),
                                option,
                                "must be one of " + SourceOptions.CSV_COLUMNS.key(),
                                path.written())));
  }

  /** A text has no fields; the record that it is in has a key and headers. */
  private static void checkText(SourceValues values, ReadableConfig config, Violations faults) {
    String form = "text, which has no fields";
    EventFields fields = values.fields();
    if (fields.text().origin() == Origin.VALUE) {
      mustNotBeSet(config, SourceOptions.TEXT, form, faults);
    }
    if (fields.id().origin() == Origin.VALUE) {
      mustNotBeSet(config, SourceOptions.ID, form, faults);
    }
    if (fields.eventTime().origin() == Origin.VALUE) {
      mustNotBeSet(config, SourceOptions.EVENT_TIME, form, faults);
      mustNotBeSet(config, SourceOptions.EVENT_TIME_UNIT, form, faults);
    }
    if (fields.attributes().stream().anyMatch(path -> path.origin() == Origin.VALUE)) {
      mustNotBeSet(config, SourceOptions.ATTRIBUTES, form, faults);
    }
  }

  private static void checkEnvelope(SourceValues values, ReadableConfig config, Violations faults) {
    checkEnvelope(values, SourceOptions.ENVELOPE.key(), faults);
    if (values.envelope() == Envelope.NONE && config.get(SourceOptions.TOPIC_ENVELOPES).isEmpty()) {
      set(values.fields(), config)
          .forEach(
              (path, option) ->
                  faults.check(
                      path.origin() != Origin.ENVELOPE,
                      option,
                      "must be a field of the record where %s is none"
                          .formatted(SourceOptions.ENVELOPE.key()),
                      path.written()));
    }
  }

  /** Checks that an envelope goes with a form. */
  static void checkEnvelope(SourceValues values, String key, Violations faults) {
    Envelope envelope = values.envelope();
    PayloadFormat format = values.format();
    boolean fits =
        switch (envelope) {
          case NONE, CLOUDEVENTS -> true;
          case CONNECT -> JSON.contains(format);
          case DEBEZIUM -> format != PayloadFormat.TEXT && format != PayloadFormat.CSV;
        };
    if (!fits) {
      faults.add(
          new Violation(
              key,
              "must be none%s where %s is %s"
                  .formatted(
                      format == PayloadFormat.TEXT || format == PayloadFormat.CSV
                          ? " or cloudevents"
                          : ", debezium or cloudevents",
                      SourceOptions.FORMAT.key(),
                      format),
              envelope.toString()));
    }
  }

  /** Paths that the file itself names, and the text's, each with its option. */
  private static Map<FieldPath, ConfigOption<?>> set(EventFields fields, ReadableConfig config) {
    Map<FieldPath, ConfigOption<?>> paths = new LinkedHashMap<>();
    if (fields.template() == null) {
      paths.put(fields.text(), SourceOptions.TEXT);
    } else {
      fields.template().fields().forEach(path -> paths.put(path, SourceOptions.TEXT_TEMPLATE));
    }
    config.getOptional(SourceOptions.ID).ifPresent(id -> paths.put(fields.id(), SourceOptions.ID));
    config
        .getOptional(SourceOptions.EVENT_TIME)
        .ifPresent(time -> paths.put(fields.eventTime(), SourceOptions.EVENT_TIME));
    new ArrayList<>(fields.attributes()).forEach(path -> paths.put(path, SourceOptions.ATTRIBUTES));
    return paths;
  }

  private static void mustNotBeSet(
      ReadableConfig config, ConfigOption<?> option, Object format, Violations faults) {
    config
        .getOptional(option)
        .ifPresent(
            value ->
                faults.add(
                    option,
                    "must not be set where %s is %s".formatted(SourceOptions.FORMAT.key(), format),
                    value));
  }
}
