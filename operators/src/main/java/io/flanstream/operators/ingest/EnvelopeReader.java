package io.flanstream.operators.ingest;

import io.flanstream.operators.deadletter.Reason;
import io.flanstream.operators.deadletter.RejectedRecordException;
import io.flanstream.operators.record.KafkaRecord;

/** Takes records out of their envelopes. One thread at a time. */
interface EnvelopeReader {
  /**
   * Opens the envelope of a record with a value.
   *
   * @throws RejectedRecordException if it is in no such envelope
   */
  Opened open(KafkaRecord record) throws RejectedRecordException;

  /** What is wrong with an envelope, and where. */
  static RejectedRecordException rejected(String place, String rule, Object found) {
    return new RejectedRecordException(
        Reason.INVALID_ENVELOPE,
        "Cannot open envelope: \"%s\" %s, got %s".formatted(place, rule, Shown.of(found)));
  }
}
