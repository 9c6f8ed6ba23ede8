package io.flanstream.jobs.sql;

import io.flanstream.operators.deadletter.RejectedRecordException;
import io.flanstream.operators.ingest.AvroReader;
import java.io.IOException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.formats.avro.typeutils.GenericRecordAvroTypeInfo;

/** Values in plain Avro, all written with one schema, to records of another. */
final class AvroRecordSchema implements DeserializationSchema<GenericRecord> {
  private static final long serialVersionUID = 1L;

  private final Schema written;
  private final Schema expected;
  private transient AvroReader reader;

  /**
   * Reads values.
   *
   * @param written schema that they were written with
   * @param expected schema that they are to have
   */
  AvroRecordSchema(Schema written, Schema expected) {
    this.written = written;
    this.expected = expected;
  }

  @Override
  public void open(InitializationContext context) {
    reader = new AvroReader(written, expected);
  }

  @Override
  public GenericRecord deserialize(byte[] value) throws IOException {
    if (value == null) {
      return null;
    }
    try {
      GenericRecord record = reader.read(value, 0);
      AvroColumns.convert(record, expected);
      return record;
    } catch (RejectedRecordException e) {
      throw new IOException(e.getMessage(), e);
    } catch (ArithmeticException e) {
      throw new IOException("Cannot read value: " + e.getMessage(), e);
    }
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
