package io.flanstream.operators.ingest;

import io.flanstream.operators.deadletter.RejectedRecordException;
import io.flanstream.operators.record.KafkaRecord;
import io.flanstream.schemas.TextEvent;

/** Kafka records to events. One thread at a time. */
public final class EventReader {
  private final PayloadDecoder decoder;
  private final EventValidator validator;

  /**
   * Reads values of one form.
   *
   * @param form how they are written
   */
  public EventReader(PayloadForm form) {
    this.decoder = form.decoder();
    this.validator = new EventValidator(form.fields());
  }

  /**
   * Reads a record.
   *
   * @param record a record
   * @return its event, null where the record is a tombstone
   * @throws RejectedRecordException if it cannot be one
   */
  public TextEvent read(KafkaRecord record) throws RejectedRecordException {
    return record.value() == null ? null : validator.event(record, decoder.decode(record));
  }
}
