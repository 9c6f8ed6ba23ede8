package io.flanstream.jobs.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.flink.formats.avro.AvroToRowDataConverters;
import org.apache.flink.formats.avro.typeutils.AvroSchemaConverter;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.logical.RowType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Columns of another unit or scale than what was written. */
class AvroColumnsTest {
  private static final Schema WRITTEN =
      new Schema.Parser()
          .parse(
              """
              {"type": "record", "name": "Order", "fields": [
                {"name": "ts", "type": {"type": "long", "logicalType": "timestamp-micros"}},
                {"name": "amount", "type": ["null",
                  {"type": "bytes", "logicalType": "decimal", "precision": 10, "scale": 4}]},
                {"name": "day", "type": {"type": "int", "logicalType": "date"}}]}
              """);
  private static final Instant TIME = Instant.parse("2026-03-02T09:54:05.250Z");

  @Test
  void haveTheirOwnUnitsAndScales() throws IOException {
    DataType columns =
        row(
            DataTypes.FIELD("ts", DataTypes.TIMESTAMP(3)),
            DataTypes.FIELD("amount", DataTypes.DECIMAL(10, 2)),
            DataTypes.FIELD("day", DataTypes.DATE()));
    RowData row = read(columns, "12.3400");
    assertThat(row.getTimestamp(0, 3).toInstant()).isEqualTo(TIME);
    assertThat(row.getDecimal(1, 10, 2).toBigDecimal()).isEqualTo(new BigDecimal("12.34"));
    assertThat(row.getInt(2)).isEqualTo((int) LocalDate.of(2026, 3, 2).toEpochDay());
  }

  @Test
  void mayBeTextOrNumbers() throws IOException {
    DataType columns =
        row(
            DataTypes.FIELD("ts", DataTypes.BIGINT()),
            DataTypes.FIELD("amount", DataTypes.STRING()),
            DataTypes.FIELD("day", DataTypes.STRING()));
    RowData row = read(columns, "0.0001");
    assertThat(row.getLong(0)).isEqualTo(TIME.toEpochMilli() * 1000);
    assertThat(row.getString(1)).hasToString("0.0001");
    assertThat(row.getString(2)).hasToString("2026-03-02");
    DataType approximate = row(DataTypes.FIELD("amount", DataTypes.DOUBLE()));
    assertThat(read(approximate, "12.3400").getDouble(0)).isEqualTo(12.34);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "12.3456    | Cannot read value: column amount must hold 12.3456, got DECIMAL(5, 2)",
        "12345.0000 | Cannot read value: column amount must hold 12345.0000, got DECIMAL(5, 2)",
      })
  void sayWhichOfThemCannotHoldAValue(String amount, String message) {
    DataType columns = row(DataTypes.FIELD("amount", DataTypes.DECIMAL(5, 2)));
    assertThatThrownBy(() -> read(columns, amount))
        .isInstanceOf(IOException.class)
        .hasMessage(message);
  }

  @Test
  void sayWhichOfThemIsOfAnotherKind() {
    DataType columns = row(DataTypes.FIELD("day", DataTypes.TIME()));
    assertThatThrownBy(() -> read(columns, "1.0000"))
        .hasMessage("field day must be read as what it was written as, date, got time-millis");
  }

  private static DataType row(DataTypes.Field... fields) {
    return DataTypes.ROW(fields).notNull();
  }

  private static RowData read(DataType columns, String amount) throws IOException {
    RowType type = (RowType) columns.getLogicalType();
    AvroRecordSchema schema =
        new AvroRecordSchema(List.of(WRITTEN), AvroSchemaConverter.convertToSchema(type));
    schema.open(null);
    GenericRecord order = new GenericData.Record(WRITTEN);
    order.put("ts", TIME.toEpochMilli() * 1000);
    order.put(
        "amount",
        ByteBuffer.wrap(new BigDecimal(amount).setScale(4).unscaledValue().toByteArray()));
    order.put("day", (int) LocalDate.of(2026, 3, 2).toEpochDay());
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
    new GenericDatumWriter<GenericRecord>(WRITTEN).write(order, encoder);
    encoder.flush();
    return (RowData)
        AvroToRowDataConverters.createRowConverter(type)
            .convert(schema.deserialize(bytes.toByteArray()));
  }
}
