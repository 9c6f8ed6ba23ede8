package io.flanstream.jobs.sql;

import io.flanstream.jobs.pipeline.AnswerColumns;
import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.route.AnswerTypes;
import io.flanstream.operators.answers.AnswerColumn;
import io.flanstream.operators.answers.AnswerRecord;
import io.flanstream.operators.serialize.RecordFormat;
import io.flanstream.operators.serialize.ResultForm;
import io.flanstream.operators.serialize.ResultShape;
import io.flanstream.schemas.TextEvent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.Expressions;
import org.apache.flink.table.api.FormatDescriptor;
import org.apache.flink.table.api.Schema;
import org.apache.flink.table.api.TableDescriptor;
import org.apache.flink.table.types.DataType;

/**
 * An enriched topic of flat or merged records as a table: the columns of its answers, or one column
 * of them beside those of the event, whatever else a merged record has.
 *
 * @param pipeline whose topic
 */
record AnswersTable(Pipeline pipeline) {

  /** Whether a pipeline has one. */
  static boolean isOf(Pipeline pipeline) {
    return pipeline.sink().shape() != ResultShape.RESULTS;
  }

  /**
   * The table for Flink.
   *
   * @param kafka how its topic is reached
   * @param utcTime path of {@link UtcTime}
   */
  TableDescriptor descriptor(KafkaConnection kafka, String utcTime) {
    Schema.Builder columns = Schema.newBuilder();
    if (isFlat()) {
      fields().forEach(columns::column);
    } else {
      String answers = quoted(pipeline.sink().answersField());
      columns.column(pipeline.sink().answersField(), DataTypes.ROW(rowFields()));
      columns.columnByExpression(AnswerRecord.ID, answers + "." + AnswerRecord.ID);
      columns.columnByExpression(
          AnswerRecord.EVENT_TIME, utc(utcTime, answers + "." + AnswerRecord.EVENT_TIME));
    }
    columns.columnByMetadata(
        RecordTime.COLUMN, DataTypes.TIMESTAMP_LTZ(3), RecordTime.METADATA, true);
    columns.watermark(
        AnswerRecord.EVENT_TIME,
        Expressions.$(AnswerRecord.EVENT_TIME)
            .minus(Expressions.lit(pipeline.source().maxOutOfOrderness())));
    return kafka
        .table(columns.build())
        .format(format())
        .option("topic", String.join(";", pipeline.sink().topics()))
        .build();
  }

  /** What the view of the answers shows of an event, as SQL. */
  Map<String, String> keys() {
    Map<String, String> keys = new LinkedHashMap<>();
    keys.put(AnswerRecord.ID, "e." + AnswerRecord.ID);
    String time = "e." + AnswerRecord.EVENT_TIME;
    keys.put(
        AnswerRecord.EVENT_TIME,
        isFlat() && isJson() ? "{database}.utc_time(%s)".formatted(time) : time);
    keys.put(RecordTime.COLUMN, "e." + RecordTime.COLUMN);
    return keys;
  }

  /** Where an answer is in the table, as SQL. */
  String value(AnswerColumn column) {
    String field = quoted(names().get(column.name()));
    return isFlat()
        ? "e." + field
        : "e.%s.%s".formatted(quoted(pipeline.sink().answersField()), field);
  }

  /** The columns of the answers. */
  List<AnswerColumn> columns() {
    return AnswerColumns.of(pipeline.tasks().tasks());
  }

  private boolean isFlat() {
    return pipeline.sink().shape() == ResultShape.FLAT;
  }

  private boolean isJson() {
    return pipeline.sink().format() == RecordFormat.JSON;
  }

  private Map<String, String> names() {
    if (!isJson()) {
      return AnswerRecord.avroNames(columns());
    }
    Map<String, String> names = new LinkedHashMap<>();
    columns().forEach(column -> names.put(column.name(), column.name()));
    return names;
  }

  private Map<String, DataType> fields() {
    Map<String, DataType> fields = new LinkedHashMap<>();
    fields.put(AnswerRecord.ID, DataTypes.STRING().notNull());
    fields.put(
        AnswerRecord.EVENT_TIME,
        (isJson() ? DataTypes.TIMESTAMP_LTZ(3) : DataTypes.TIMESTAMP(3)).notNull());
    columns().forEach(column -> fields.put(names().get(column.name()), AnswerTypes.of(column)));
    return fields;
  }

  private List<DataTypes.Field> rowFields() {
    List<DataTypes.Field> fields = new ArrayList<>();
    fields().forEach((name, type) -> fields.add(DataTypes.FIELD(name, type)));
    return fields;
  }

  private String utc(String utcTime, String time) {
    return isJson()
        ? "%s(%s)".formatted(utcTime, time)
        : "CAST(%s AS TIMESTAMP(3))".formatted(time);
  }

  private FormatDescriptor format() {
    return switch (pipeline.sink().format()) {
      case AVRO -> RecordAvroFormatFactory.descriptor(avroSchema());
      case AVRO_CONFLUENT -> FramedAvroFormatFactory.descriptor(pipeline.registry().orElseThrow());
      case JSON ->
          FormatDescriptor.forFormat("json")
              .option("timestamp-format.standard", "ISO-8601")
              .build();
    };
  }

  /** The schema of the records in Avro. */
  org.apache.avro.Schema avroSchema() {
    return ResultForm.schema(
        pipeline.sink().shape(),
        pipeline.sink().answersField(),
        columns(),
        pipeline.source().schema().orElse(TextEvent.getClassSchema()));
  }

  private static String quoted(String name) {
    return "`" + name.replace("`", "``") + "`";
  }
}
