package io.flanstream.operators.serialize;

import io.flanstream.operators.deadletter.DeadLetters;
import io.flanstream.operators.deadletter.Reason;
import io.flanstream.schemas.EnrichedEvent;
import java.io.IOException;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Enriched events to bytes, with the key and headers of the record that each came from. An event
 * that cannot be written or does not fit goes to the dead letters: the sink would fail on it for
 * ever. Tombstones pass.
 */
public final class SerializeEnrichedFunction
    extends ProcessFunction<EnrichedRecord, OutboundRecord> {
  private static final long serialVersionUID = 1L;

  private final RecordForm form;
  private final int maxRecordBytes;
  private transient RecordEncoder encoder;

  /**
   * Writes records of a form.
   *
   * @param form their form
   * @param maxRecordBytes the largest that the topic takes, everything included
   */
  public SerializeEnrichedFunction(RecordForm form, int maxRecordBytes) {
    this.form = form;
    this.maxRecordBytes = maxRecordBytes;
  }

  @Override
  public void open(OpenContext context) {
    encoder = form.encoder(EnrichedEvent.getClassSchema());
  }

  @Override
  public void processElement(
      EnrichedRecord record, Context context, Collector<OutboundRecord> out) {
    byte[] value;
    try {
      value = record.event() == null ? null : encoder.encode(record.event());
    } catch (IOException | RuntimeException e) {
      context.output(
          DeadLetters.TAG,
          DeadLetters.of(
              record.origin(),
              Reason.INVALID_RECORD,
              "Cannot serialise event %s: it must be of its schema: %s".formatted(record.id(), e)));
      return;
    }
    OutboundRecord outbound =
        new OutboundRecord(record.origin().keyOr(record.id()), value, record.origin().headers());
    if (outbound.size() > maxRecordBytes) {
      context.output(
          DeadLetters.TAG,
          DeadLetters.of(
              record.origin(),
              Reason.RECORD_TOO_LARGE,
              "Cannot serialise event %s: its record must be at most %d bytes, got %d"
                  .formatted(record.id(), maxRecordBytes, outbound.size())));
      return;
    }
    out.collect(outbound);
  }
}
