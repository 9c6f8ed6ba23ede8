package io.flanstream.jobs.sql;

import io.flanstream.operators.serialize.RecordFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.flink.formats.avro.typeutils.AvroSchemaConverter;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.TableDescriptor;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.logical.LogicalTypeRoot;

/**
 * A topic as a table: what is committed on it when the query starts.
 *
 * @param name name of the table
 * @param topic name of the topic
 * @param format how its records are written
 * @param schema what they are; the table's columns are its fields
 */
record TopicTable(String name, String topic, RecordFormat format, Schema schema) {

  /** The table for Flink, with what every Kafka client is told. */
  TableDescriptor descriptor(Map<String, String> clientProperties) {
    TableDescriptor.Builder table =
        TableDescriptor.forConnector("kafka")
            .schema(columns())
            .format(format.name().toLowerCase(Locale.ROOT))
            .option("topic", topic)
            .option("scan.startup.mode", "earliest-offset")
            .option("scan.bounded.mode", "latest-offset");
    clientProperties.forEach((key, value) -> table.option("properties." + key, value));
    table.option("properties.isolation.level", "read_committed");
    if (format == RecordFormat.JSON) {
      table.option("json.timestamp-format.standard", "ISO-8601");
    }
    return table.build();
  }

  private org.apache.flink.table.api.Schema columns() {
    DataType row = AvroSchemaConverter.convertToDataType(schema.toString());
    org.apache.flink.table.api.Schema.Builder columns =
        org.apache.flink.table.api.Schema.newBuilder();
    List<String> names = DataType.getFieldNames(row);
    List<DataType> types = DataType.getFieldDataTypes(row);
    for (int i = 0; i < names.size(); i++) {
      DataType type = types.get(i);
      columns.column(names.get(i), format == RecordFormat.JSON ? zoned(type) : type);
    }
    return columns.build();
  }

  /** JSON's times have a zone, which Flink reads into a type of its own only. */
  private static DataType zoned(DataType type) {
    boolean time = type.getLogicalType().is(LogicalTypeRoot.TIMESTAMP_WITHOUT_TIME_ZONE);
    return time ? DataTypes.TIMESTAMP_LTZ(3).notNull() : type;
  }
}
