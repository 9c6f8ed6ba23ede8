package io.flanstream.jobs.pipeline;

import io.flanstream.operators.ingest.PayloadFormat;
import io.flanstream.operators.serialize.RecordFormat;
import io.flanstream.operators.serialize.ResultShape;
import io.flanstream.schemas.TextEvent;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.flink.configuration.ReadableConfig;

/** Which forms go with which shapes: a merged record is written as it was read. */
final class SinkShape {
  private static final String AVRO_NAME = "[A-Za-z_][A-Za-z0-9_]*";

  private SinkShape() {}

  /** The form of the enriched events. */
  static RecordFormat format(ReadableConfig config, Violations faults) {
    if (config.get(SinkOptions.SHAPE) != ResultShape.MERGED) {
      return config.get(SinkOptions.FORMAT);
    }
    PayloadFormat source = config.get(SourceOptions.FORMAT);
    if (!config.get(SourceOptions.TOPIC_FORMATS).isEmpty()) {
      faults.add(
          SinkOptions.SHAPE,
          "must be results or flat where %s is set".formatted(SourceOptions.TOPIC_FORMATS.key()),
          ResultShape.MERGED);
      return config.get(SinkOptions.FORMAT);
    }
    List<RecordFormat> forms = forms(source);
    if (forms.isEmpty()) {
      faults.add(
          SinkOptions.SHAPE,
          "must be results or flat where %s is %s".formatted(SourceOptions.FORMAT.key(), source),
          ResultShape.MERGED);
      return config.get(SinkOptions.FORMAT);
    }
    RecordFormat format = config.getOptional(SinkOptions.FORMAT).orElse(forms.get(0));
    faults.check(
        forms.contains(format),
        SinkOptions.FORMAT,
        "must be %s where %s is merged and %s is %s"
            .formatted(
                String.join(" or ", forms.stream().map(RecordFormat::toString).toList()),
                SinkOptions.SHAPE.key(),
                SourceOptions.FORMAT.key(),
                source),
        format);
    return format;
  }

  /** What records of a form can be merged into, the likeliest first. */
  private static List<RecordFormat> forms(PayloadFormat source) {
    if (source == PayloadFormat.JSON || source == PayloadFormat.TEXT) {
      return List.of(RecordFormat.JSON);
    }
    if (source == PayloadFormat.AVRO) {
      return List.of(RecordFormat.AVRO, RecordFormat.AVRO_CONFLUENT);
    }
    return source == PayloadFormat.AVRO_CONFLUENT
        ? List.of(RecordFormat.AVRO_CONFLUENT)
        : List.of();
  }

  /** Checks what depends on other sections. */
  static void check(Pipeline pipeline, Violations faults) {
    SinkSettings sink = pipeline.sink();
    faults.check(
        pipeline.history().isEmpty() || sink.shape() == ResultShape.RESULTS,
        SinkOptions.SHAPE,
        "must be results where the pipeline keeps a history, which has all that is known",
        sink.shape());
    faults.check(
        pipeline.tasks() == null || !pipeline.tasks().masks() || sink.shape() != ResultShape.MERGED,
        SinkOptions.SHAPE,
        "must be results or flat where a task masks: a merged record has all that was read",
        sink.shape());
    SourceSettings source = pipeline.source();
    boolean isRead = source.format() == PayloadFormat.AVRO;
    if (sink.shape() == ResultShape.MERGED && isRead) {
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
