package io.flanstream.operators.ingest;

import io.flanstream.operators.deadletter.RejectedRecordException;

/** The value is an Avro record in Confluent's wire format. */
final class FramedAvroDecoder implements PayloadDecoder {
  private final FramedAvroReader reader;

  FramedAvroDecoder(FramedAvroReader reader) {
    this.reader = reader;
  }

  @Override
  public Payload decode(byte[] value) throws RejectedRecordException {
    return new AvroPayload(reader.read(value));
  }
}
