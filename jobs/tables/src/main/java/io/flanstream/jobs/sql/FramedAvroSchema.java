package io.flanstream.jobs.sql;

import io.flanstream.operators.deadletter.RejectedRecordException;
import io.flanstream.operators.ingest.FramedAvroReader;
import io.flanstream.operators.registry.RegistryProvider;
import java.io.IOException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.formats.avro.typeutils.GenericRecordAvroTypeInfo;

/** Values in Confluent's wire format to records of one schema. */
final class FramedAvroSchema implements DeserializationSchema<GenericRecord> {
  private static final long serialVersionUID = 1L;

  private final RegistryProvider registry;
  private final Schema expected;
  private transient FramedAvroReader reader;

  /**
   * Reads values.
   *
   * @param registry opens the registry that has their schemas
   * @param expected schema that all are to have
   */
  FramedAvroSchema(RegistryProvider registry, Schema expected) {
    this.registry = registry;
    this.expected = expected;
  }

  @Override
  public void open(InitializationContext context) {
    reader = new FramedAvroReader(registry.open(), expected);
  }

  @Override
  public GenericRecord deserialize(byte[] value) throws IOException {
    try {
      GenericRecord record = reader.read(value);
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
