package io.flanstream.operators.ingest;

import java.io.IOException;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.Decoder;
import org.apache.avro.io.ResolvingDecoder;

/**
 * Avro's generic reader, except that records in records may only go so deep: only a record's schema
 * can hold itself. Otherwise the stack would end it, at a depth that differs from call to call. Not
 * to be used again after a failure.
 */
final class BoundedReader extends GenericDatumReader<GenericRecord> {
  private static final int MOST_RECORDS = 100;

  private int length;
  private int depth;

  BoundedReader(Schema written, Schema expected, GenericData data) {
    super(written, expected, data);
  }

  /** Reads the record that begins at an index and ends where the value does. */
  GenericRecord read(byte[] value, int from) throws IOException {
    BoundedDecoder decoder = new BoundedDecoder(value, from);
    length = value.length - from;
    GenericRecord record = read(null, decoder);
    if (!decoder.isEnd()) {
      throw new IOException("%s bytes are left over".formatted(decoder.remaining()));
    }
    return record;
  }

  /** What a schema says is allocated before it is read. */
  @Override
  protected Object readFixed(Object old, Schema expected, Decoder in) throws IOException {
    if (expected.getFixedSize() > length) {
      throw new AvroRuntimeException(
          "fixed %s of %s bytes exceeds the value's %s"
              .formatted(expected.getFullName(), expected.getFixedSize(), length));
    }
    return super.readFixed(old, expected, in);
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
