package io.flanstream.integration;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;

/**
 * Changes of a database's rows, as Debezium writes them in Avro.
 *
 * @param row the schema of a row
 * @param schema the schema of a change
 */
record TestingChange(Schema row, Schema schema) {

  /** Changes of rows with some columns of text. */
  static TestingChange of(String... columns) {
    SchemaBuilder.FieldAssembler<Schema> fields =
        SchemaBuilder.record("Value").namespace("shop.tickets").fields();
    for (String column : columns) {
      fields = fields.requiredString(column);
    }
    Schema row = fields.endRecord();
    Schema change =
        SchemaBuilder.record("Envelope")
            .namespace("shop.tickets")
            .fields()
            .name("before")
            .type()
            .optional()
            .type(row)
            .name("after")
            .type()
            .optional()
            .type(row)
            .requiredString("op")
            .endRecord();
    return new TestingChange(row, change);
  }

  /**
   * One change.
   *
   * @param op c and r for a row that is there, d and t for one that is gone, else both
   * @param columns the row
   */
  byte[] of(String op, Map<String, String> columns) {
    GenericRecord record = new GenericData.Record(row);
    columns.forEach(record::put);
    GenericRecord change = new GenericData.Record(schema);
    change.put("before", op.matches("[cr]") ? null : record);
    change.put("after", op.matches("[dt]") ? null : record);
    change.put("op", op);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    try {
      new GenericDatumWriter<GenericRecord>(schema).write(change, encoder);
      encoder.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
