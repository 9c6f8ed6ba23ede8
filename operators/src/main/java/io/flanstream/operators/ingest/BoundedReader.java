package io.flanstream.operators.ingest;

import java.io.IOException;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.ResolvingDecoder;

/**
 * Avro's generic reader, except that records in records may only go so deep: only a record's schema
 * can hold itself. Otherwise the stack would end it, at a depth that differs from call to call. Not
 * to be used again after a failure.
 */
final class BoundedReader extends GenericDatumReader<GenericRecord> {
  private static final int MOST_RECORDS = 100;

  private int depth;

  BoundedReader(Schema schema, GenericData data) {
    super(schema, schema, data);
  }

  @Override
  protected Object readRecord(Object old, Schema expected, ResolvingDecoder in) throws IOException {
    if (depth == MOST_RECORDS) {
      throw new AvroRuntimeException("records are nested deeper than " + MOST_RECORDS);
    }
    depth++;
    Object record = super.readRecord(old, expected, in);
    depth--;
    return record;
  }
}
