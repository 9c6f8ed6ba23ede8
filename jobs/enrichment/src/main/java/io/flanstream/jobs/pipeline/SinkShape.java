package io.flanstream.jobs.pipeline;

import io.flanstream.operators.ingest.EventFields;
import io.flanstream.operators.ingest.PayloadFormat;
import io.flanstream.operators.registry.SubjectStrategy;
import io.flanstream.operators.serialize.RecordFormat;
import io.flanstream.operators.serialize.ResultShape;
import io.flanstream.schemas.TextEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.flink.configuration.ReadableConfig;

/** Which forms go with which shapes: a merged record is written as it was read, or as JSON. */
final class SinkShape {
  private static final String AVRO_NAME = "[A-Za-z_][A-Za-z0-9_]*";

  private SinkShape() {}

  /** The form of the enriched events. */
  static RecordFormat format(ReadableConfig config, Violations faults) {
    if (config.get(SinkOptions.SHAPE) != ResultShape.MERGED) {
      return config.get(SinkOptions.FORMAT);
    }
    Set<PayloadFormat> sources = sources(config);
    List<RecordFormat> forms = forms(sources);
    RecordFormat format = config.getOptional(SinkOptions.FORMAT).orElse(forms.get(0));
    faults.check(
        forms.contains(format),
        SinkOptions.FORMAT,
        "must be %s where %s is merged and %s"
            .formatted(
                forms.stream().map(RecordFormat::toString).collect(Collectors.joining(" or ")),
                SinkOptions.SHAPE.key(),
                sources.size() == 1
                    ? SourceOptions.FORMAT.key() + " is " + sources.iterator().next()
                    : "the topics are "
                        + sources.stream()
                            .map(PayloadFormat::toString)
                            .collect(Collectors.joining(" and "))),
        format);
    return format;
  }

  /** The forms of all topics; the usual one counts where a topic may have it. */
  private static Set<PayloadFormat> sources(ReadableConfig config) {
    Map<String, String> topics = config.get(SourceOptions.TOPIC_FORMATS);
    Set<PayloadFormat> sources = new TreeSet<>();
    List<String> named = config.getOptional(SourceOptions.TOPICS).orElse(List.of());
    if (named.isEmpty() || !topics.keySet().containsAll(named)) {
      sources.add(config.get(SourceOptions.FORMAT));
    }
    for (PayloadFormat format : PayloadFormat.values()) {
      // What is none is a fault of its own.
      if (topics.containsValue(format.toString())) {
        sources.add(format);
      }
    }
    return sources.isEmpty() ? Set.of(config.get(SourceOptions.FORMAT)) : sources;
  }

  /** What records of all these forms can be merged into, the likeliest first. */
  private static List<RecordFormat> forms(Set<PayloadFormat> sources) {
    List<RecordFormat> forms =
        new ArrayList<>(List.of(RecordFormat.AVRO, RecordFormat.AVRO_CONFLUENT, RecordFormat.JSON));
    sources.forEach(source -> forms.retainAll(forms(source)));
    if (sources.size() > 1) {
      // Plain Avro does not say which of several types a record has.
      forms.remove(RecordFormat.AVRO);
    }
    return forms;
  }

  private static List<RecordFormat> forms(PayloadFormat source) {
    return switch (source) {
      case AVRO, PROTOBUF ->
          List.of(RecordFormat.AVRO, RecordFormat.AVRO_CONFLUENT, RecordFormat.JSON);
      case AVRO_CONFLUENT, PROTOBUF_CONFLUENT ->
          List.of(RecordFormat.AVRO_CONFLUENT, RecordFormat.JSON);
      case JSON, JSON_CONFLUENT, TEXT, CSV -> List.of(RecordFormat.JSON);
    };
  }

  /** How the subjects of the schemas are named. */
  static SubjectStrategy subjects(ReadableConfig config) {
    boolean isMixed =
        config.get(SinkOptions.SHAPE) == ResultShape.MERGED
            && config.getOptional(SourceOptions.TOPIC).isEmpty();
    return config
        .getOptional(SinkOptions.SUBJECT_STRATEGY)
        .orElse(isMixed ? SubjectStrategy.TOPIC_RECORD_NAME : SubjectStrategy.TOPIC_NAME);
  }

  /** Checks what depends on other sections. */
  static void check(Pipeline pipeline, Violations faults) {
    SinkSettings sink = pipeline.sink();
    faults.check(
        pipeline.history().isEmpty() || sink.shape() == ResultShape.RESULTS,
        SinkOptions.SHAPE,
        "must be results where the pipeline keeps a history, which has all that is known",
        sink.shape());
    if (sink.shape() != ResultShape.MERGED) {
      return;
    }
    SourceSettings source = pipeline.source();
    if (pipeline.tasks() != null && pipeline.tasks().masks()) {
      EventFields fields = source.fields();
      Optional<String> option =
          Stream.of(
                  fields.structured() ? SourceOptions.STRUCTURED_TEXT : null,
                  fields.template() == null ? null : SourceOptions.TEXT_TEMPLATE)
              .flatMap(Stream::ofNullable)
              .map(of -> of.key())
              .findFirst();
      option.ifPresent(
          key ->
              faults.add(
                  SinkOptions.SHAPE,
                  "must be results or flat where a task masks and %s is set: a value may go over the border of two fields"
                      .formatted(key),
                  sink.shape()));
    }
    if (source.format() == PayloadFormat.AVRO) {
      Schema written = source.schema().orElse(TextEvent.getClassSchema());
      faults.check(
          written == null || written.getField(sink.answersField()) == null,
          SinkOptions.ANSWERS_FIELD,
          "must not be a field of " + SourceOptions.SCHEMA.key(),
          sink.answersField());
    }
  }

  /** The field for the answers, by a name that every form takes. */
  static String answersField(ReadableConfig config, Violations faults) {
    String field = config.get(SinkOptions.ANSWERS_FIELD);
    faults.check(
        field.matches(AVRO_NAME),
        SinkOptions.ANSWERS_FIELD,
        "must be letters, digits and underscores, no digit first",
        field);
    faults.check(
        config.get(SourceOptions.FORMAT) != PayloadFormat.TEXT || !field.equals("text"),
        SinkOptions.ANSWERS_FIELD,
        "must differ from text, which is where a merged record has its text",
        field);
    faults.check(
        !AnswerColumns.KEYS.contains(field),
        SinkOptions.ANSWERS_FIELD,
        "must not be id, event_time or record_time, which SQL has for the event",
        field);
    return field;
  }
}
