package io.flanstream.jobs.sql;

import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.pipeline.RegistrySettings;
import io.flanstream.operators.serialize.EnrichedForms;
import io.flanstream.operators.serialize.RecordFormat;
import io.flanstream.schemas.DeadLetter;
import io.flanstream.schemas.EnrichedEvent;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.flink.formats.avro.typeutils.AvroSchemaConverter;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.Expressions;
import org.apache.flink.table.api.FormatDescriptor;
import org.apache.flink.table.api.TableDescriptor;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.logical.LogicalTypeRoot;

/**
 * A topic as a table of its committed records.
 *
 * @param name name of the table
 * @param topic name of the topic; of several, joined by semicolons
 * @param format how its records are written
 * @param registry has the schema of records in Confluent's wire format
 * @param schema what they are; the table's columns are its fields
 * @param outOfOrderness of records with an event time: how far it may be out of order
 */
record TopicTable(
    String name,
    String topic,
    RecordFormat format,
    Optional<RegistrySettings> registry,
    Schema schema,
    Optional<Duration> outOfOrderness) {
  static final String ENRICHED = "enriched";
  static final String EVENT_TIME = "event_time";

  /** The enriched events of a pipeline, which have generations where a task is one. */
  static TopicTable enriched(Pipeline pipeline) {
    return new TopicTable(
        ENRICHED,
        String.join(";", pipeline.sink().topics()),
        pipeline.sink().format(),
        pipeline.registry(),
        PipelineView.hasGenerations(pipeline)
            ? EnrichedEvent.getClassSchema()
            : EnrichedForms.WITHOUT_GENERATIONS,
        Optional.of(pipeline.source().maxOutOfOrderness()));
  }

  /** The dead letters of a pipeline. */
  static TopicTable deadLetters(Pipeline pipeline) {
    return new TopicTable(
        "dead_letters",
        pipeline.deadLetters().topic(),
        pipeline.deadLetters().format(),
        pipeline.registry(),
        DeadLetter.getClassSchema(),
        Optional.empty());
  }

  /**
   * The table for Flink.
   *
   * @param kafka how its topic is reached
   * @param utcTime path of {@link UtcTime}: a cast would take the session's time zone, and so give
   *     JSON's times, which have a zone, another time than Avro's
   */
  TableDescriptor descriptor(KafkaConnection kafka, String utcTime) {
    return kafka.table(columns(utcTime)).format(recordFormat()).option("topic", topic).build();
  }

  /**
   * The columns as Flink's own formats read them: of Avro it reads what is written by the types
   * alone, so that nothing else may be null.
   */
  Map<String, DataType> written() {
    DataType row = AvroSchemaConverter.convertToDataType(schema.toString());
    Map<String, DataType> columns = new LinkedHashMap<>();
    for (DataTypes.Field field : DataType.getFields(row)) {
      columns.put(
          field.getName(),
          format == RecordFormat.JSON ? zoned(field.getDataType()) : field.getDataType());
    }
    return columns;
  }

  /** Options of Flink's own format, without secrets. */
  Map<String, String> publicOptions() {
    return switch (format) {
      case AVRO -> Map.of("format", "avro");
      case AVRO_CONFLUENT ->
          Map.of("format", "avro-confluent", "avro-confluent.url", registry.orElseThrow().url());
      case JSON -> Map.of("format", "json", "json.timestamp-format.standard", "ISO-8601");
    };
  }

  private FormatDescriptor recordFormat() {
    return switch (format) {
      case AVRO -> RecordAvroFormatFactory.descriptor(schema);
      case AVRO_CONFLUENT -> FramedAvroFormatFactory.descriptor(registry.orElseThrow());
      case JSON ->
          FormatDescriptor.forFormat("json")
              .option("timestamp-format.standard", "ISO-8601")
              .build();
    };
  }

  /** The fields of a record, whatever form it is written in. */
  Map<String, DataType> fields() {
    DataType row = AvroSchemaConverter.convertToDataType(schema.toString());
    Map<String, DataType> fields = new LinkedHashMap<>();
    for (DataTypes.Field field : DataType.getFields(row)) {
      DataType type = NestedFields.nullable(field.getDataType());
      // Records of earlier versions may lack it.
      boolean optional = schema.getField(field.getName()).hasDefaultValue();
      fields.put(field.getName(), optional ? type.nullable() : type);
    }
    return fields;
  }

  private org.apache.flink.table.api.Schema columns(String utcTime) {
    String eventTime =
        format == RecordFormat.JSON ? utcTime + "(eventTime)" : "CAST(eventTime AS TIMESTAMP(3))";
    org.apache.flink.table.api.Schema.Builder columns =
        org.apache.flink.table.api.Schema.newBuilder();
    fields()
        .forEach(
            (name, type) -> columns.column(name, format == RecordFormat.JSON ? zoned(type) : type));
    columns.columnByMetadata(
        RecordTime.COLUMN, DataTypes.TIMESTAMP_LTZ(3), RecordTime.METADATA, true);
    outOfOrderness.ifPresent(
        bound -> {
          columns.columnByExpression(EVENT_TIME, eventTime);
          columns.watermark(EVENT_TIME, Expressions.$(EVENT_TIME).minus(Expressions.lit(bound)));
        });
    return columns.build();
  }

  /** JSON's times have a zone, which Flink reads into a type of its own only. */
  private static DataType zoned(DataType type) {
    boolean time = type.getLogicalType().is(LogicalTypeRoot.TIMESTAMP_WITHOUT_TIME_ZONE);
    return time ? DataTypes.TIMESTAMP_LTZ(3).notNull() : type;
  }
}
