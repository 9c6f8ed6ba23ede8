package io.flanstream.jobs.sql;

import java.util.function.Function;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.formats.avro.AvroRowDataDeserializationSchema;
import org.apache.flink.formats.avro.AvroToRowDataConverters;
import org.apache.flink.formats.avro.typeutils.AvroSchemaConverter;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.table.connector.Projection;
import org.apache.flink.table.connector.format.ProjectableDecodingFormat;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.logical.RowType;

/**
 * Avro to rows; each record is read as the table's columns.
 *
 * @param reader reads values as records of a schema
 */
record AvroRowFormat(Function<Schema, DeserializationSchema<GenericRecord>> reader)
    implements ProjectableDecodingFormat<DeserializationSchema<RowData>> {

  @Override
  public DeserializationSchema<RowData> createRuntimeDecoder(
      DynamicTableSource.Context context, DataType columns, int[][] projections) {
    DataType row = Projection.of(projections).project(columns);
    RowType type = (RowType) row.getLogicalType();
    return new AvroRowDataDeserializationSchema(
        reader.apply(AvroSchemaConverter.convertToSchema(type)),
        AvroToRowDataConverters.createRowConverter(type),
        context.createTypeInformation(row));
  }

  @Override
  public ChangelogMode getChangelogMode() {
    return ChangelogMode.insertOnly();
  }
}
