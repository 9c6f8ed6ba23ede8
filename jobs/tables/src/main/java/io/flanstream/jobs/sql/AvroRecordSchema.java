package io.flanstream.jobs.sql;

import io.flanstream.operators.deadletter.RejectedRecordException;
import io.flanstream.operators.ingest.AvroReader;
import java.io.IOException;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.formats.avro.typeutils.GenericRecordAvroTypeInfo;

/**
 * Values in plain Avro, written with one of a few schemas, to records of another. Nothing in a
 * value says which: it is read by the first that it is a record of.
 */
final class AvroRecordSchema implements DeserializationSchema<GenericRecord> {
  private static final long serialVersionUID = 1L;

  private final List<Schema> written;
  private final Schema expected;
  private transient List<AvroReader> readers;

  /**
   * Reads values.
   *
   * @param written schemas that they were written with, the likeliest first
   * @param expected schema that they are to have
   */
  AvroRecordSchema(List<Schema> written, Schema expected) {
    this.written = List.copyOf(written);
    this.expected = expected;
  }

  @Override
  public void open(InitializationContext context) {
    readers = written.stream().map(schema -> new AvroReader(schema, expected)).toList();
  }

  @Override
  public GenericRecord deserialize(byte[] value) throws IOException {
    if (value == null) {
      return null;
    }
    try {
      GenericRecord record = read(value);
      AvroColumns.convert(record, expected);
      return record;
    } catch (RejectedRecordException e) {
      throw new IOException(e.getMessage(), e);
    } catch (ArithmeticException e) {
      throw new IOException("Cannot read value: " + e.getMessage(), e);
    }
  }

  private GenericRecord read(byte[] value) throws RejectedRecordException {
    for (AvroReader other : readers.subList(0, readers.size() - 1)) {
      try {
        return other.read(value, 0);
      } catch (RejectedRecordException e) {
        // It may be a record of the next.
      }
    }
    return readers.get(readers.size() - 1).read(value, 0);
  }

  @Override
  public boolean isEndOfStream(GenericRecord record) {
    return false;
  }

  @Override
  public TypeInformation<GenericRecord> getProducedType() {
    return new GenericRecordAvroTypeInfo(expected);
  }
}
