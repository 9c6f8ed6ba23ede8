package io.flanstream.jobs.sql;

import io.flanstream.operators.deadletter.ReleasedDeadLetter;
import io.flanstream.operators.serialize.EnrichedForms;
import io.flanstream.schemas.DeadLetter;
import io.flanstream.schemas.EnrichedEvent;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.table.api.FormatDescriptor;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.connector.format.DecodingFormat;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.factories.DeserializationFormatFactory;
import org.apache.flink.table.factories.DynamicTableFactory;
import org.apache.flink.table.factories.FactoryUtil;

/**
 * The format {@value #NAME}: a pipeline's own records in plain Avro. Flink's takes the table's
 * columns for the schema that the records were written with, down to which of them may be null;
 * this one knows that schema.
 */
public final class RecordAvroFormatFactory implements DeserializationFormatFactory {
  static final String NAME = "flan-avro";

  /** The schemas of each record, the likeliest first. */
  private static final Map<String, List<Schema>> SCHEMAS =
      Map.of(
          EnrichedEvent.getClassSchema().getName(),
          EnrichedForms.ALL,
          DeadLetter.getClassSchema().getName(),
          List.of(DeadLetter.getClassSchema(), ReleasedDeadLetter.SCHEMA));

  private static final ConfigOption<String> RECORD =
      ConfigOptions.key("record")
          .stringType()
          .noDefaultValue()
          .withDescription("Which of the pipeline's records: EnrichedEvent or DeadLetter.");
  private static final ConfigOption<String> SCHEMA =
      ConfigOptions.key("schema")
          .stringType()
          .noDefaultValue()
          .withDescription("Schema of the records where they are none of these, as JSON.");

  /** The format with a schema of the pipeline's records. */
  static FormatDescriptor descriptor(Schema schema) {
    FormatDescriptor.Builder format = FormatDescriptor.forFormat(NAME);
    return SCHEMAS.getOrDefault(schema.getName(), List.of()).contains(schema)
        ? format.option(RECORD, schema.getName()).build()
        : format.option(SCHEMA, schema.toString()).build();
  }

  @Override
  public DecodingFormat<DeserializationSchema<RowData>> createDecodingFormat(
      DynamicTableFactory.Context context, ReadableConfig options) {
    FactoryUtil.validateFactoryOptions(this, options);
    List<Schema> schemas = schemas(options);
    return new AvroRowFormat(expected -> new AvroRecordSchema(schemas, expected));
  }

  private static List<Schema> schemas(ReadableConfig options) {
    Optional<String> schema = options.getOptional(SCHEMA);
    if (schema.isPresent()) {
      return List.of(new Schema.Parser().setValidateDefaults(false).parse(schema.get()));
    }
    List<Schema> schemas = SCHEMAS.get(options.get(RECORD));
    if (schemas == null) {
      throw new ValidationException(
          "Cannot open table: %s.%s must be one of %s, got %s"
              .formatted(
                  NAME,
                  RECORD.key(),
                  SCHEMAS.keySet().stream().sorted().toList(),
                  options.get(RECORD)));
    }
    return schemas;
  }

  @Override
  public String factoryIdentifier() {
    return NAME;
  }

  @Override
  public Set<ConfigOption<?>> requiredOptions() {
    return Set.of();
  }

  @Override
  public Set<ConfigOption<?>> optionalOptions() {
    return Set.of(RECORD, SCHEMA);
  }
}
