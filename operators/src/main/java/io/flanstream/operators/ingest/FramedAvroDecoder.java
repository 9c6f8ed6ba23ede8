package io.flanstream.operators.ingest;

import io.flanstream.operators.deadletter.RejectedRecordException;
import io.flanstream.operators.record.KafkaRecord;

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

  @Override
  public Payload decode(KafkaRecord record) throws RejectedRecordException {
    return new AvroPayload(reader.read(record.value(), record.headers()));
  }
}
