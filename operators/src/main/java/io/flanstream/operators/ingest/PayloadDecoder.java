package io.flanstream.operators.ingest;

import io.flanstream.operators.deadletter.RejectedRecordException;

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
}
