package io.flanstream.operators.ingest;

import io.flanstream.operators.deadletter.RejectedRecordException;
import org.apache.avro.Schema;

/** The value is an Avro record in plain binary, written with a known schema. */
final class AvroDecoder implements PayloadDecoder {
  private final AvroReader reader;

  AvroDecoder(Schema schema) {
    this.reader = new AvroReader(schema, schema);
  }

  @Override
  public Payload decode(byte[] value) throws RejectedRecordException {
    return new AvroPayload(reader.read(value, 0));
  }
}
