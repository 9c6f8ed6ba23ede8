package io.flanstream.operators.ingest;

import io.flanstream.operators.deadletter.RejectedRecordException;
import io.flanstream.operators.record.KafkaRecord;
import io.flanstream.schemas.TextEvent;
import java.util.Optional;

/** Kafka records to events. One thread at a time. */
public final class EventReader {
  private final EnvelopeReader envelope;
  private final PayloadDecoder keys;
  private final EventValidator validator;
  private FieldMatches matches;

  /**
   * Reads values of one form.
   *
   * @param form how they are written
   */
  public EventReader(PayloadForm form) {
    this.envelope = form.envelope().reader(form.decoder());
    this.keys = form.fields().usesKey() ? form.keyDecoder() : null;
    this.validator = new EventValidator(form.fields());
  }

  /** Notes of the next records which fields they have; of none where null. */
  public EventReader noting(FieldMatches next) {
    matches = next;
    return this;
  }

  /**
   * The id that a record's event has or would have, whatever else is wrong with it.
   *
   * @param record a record
   * @return its id; empty where it cannot be read so far, or has none
   */
  public Optional<String> id(KafkaRecord record) {
    try {
      Opened opened = record.value() == null ? null : envelope.open(record);
      return opened == null || opened.data() == null
          ? Optional.empty()
          : Optional.of(validator.id(new RecordParts(record, opened, keys)));
    } catch (RejectedRecordException e) {
      return Optional.empty();
    }
  }

  /**
   * Reads a record.
   *
   * @param record a record
   * @return its event, null where the record is a tombstone, or its envelope says that it was
   *     deleted
   * @throws RejectedRecordException if it cannot be one
   */
  public TextEvent read(KafkaRecord record) throws RejectedRecordException {
    if (record.value() == null) {
      return null;
    }
    Opened opened = envelope.open(record);
    if (opened.data() == null) {
      return null;
    }
    RecordParts parts = new RecordParts(record, opened, keys);
    if (matches != null) {
      matches.look(parts);
    }
    return validator.event(parts);
  }
}
