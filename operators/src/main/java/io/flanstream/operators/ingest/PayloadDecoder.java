package io.flanstream.operators.ingest;

import io.flanstream.operators.deadletter.RejectedRecordException;
import io.flanstream.operators.record.KafkaRecord;

/** Bytes to a payload. One thread at a time. */
interface PayloadDecoder {

  /**
   * Decodes a value.
   *
   * @param value the whole value of a Kafka record
   * @return its parts
   * @throws RejectedRecordException if it is not of this form; the decoder is as new afterwards
   */
  Payload decode(byte[] value) throws RejectedRecordException;

  /**
   * Decodes a record's value, where its headers may say how.
   *
   * @param record a record with a value
   * @return the value's parts
   * @throws RejectedRecordException if it is not of this form
   */
  default Payload decode(KafkaRecord record) throws RejectedRecordException {
    return decode(record.value());
  }
}
