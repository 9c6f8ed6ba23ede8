package io.flanstream.operators.serialize;

import io.flanstream.operators.deadletter.DeadLetters;
import io.flanstream.operators.deadletter.Reason;
import io.flanstream.schemas.EnrichedEvent;
import java.io.IOException;
import java.time.Duration;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.CheckpointListener;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Enriched events to bytes, with the key and headers of the record that each came from. An event
 * that cannot be written or does not fit goes to the dead letters: the sink would fail on it for
 * ever. Tombstones pass.
 *
 * <p>It also ends the task where Flink checkpoints fail for so long that the sink's transactions
 * could time out.
 */
public final class SerializeEnrichedFunction extends ProcessFunction<EnrichedRecord, OutboundRecord>
    implements CheckpointedFunction, CheckpointListener {
  private static final long serialVersionUID = 1L;

  private final RecordForm form;
  private final RecordLimit limit;
  private final Duration longestCommit;
  private transient RecordEncoder encoder;
  private transient CommitDeadline deadline;

  /**
   * Writes records of a form.
   *
   * @param form their form
   * @param limit the largest that the topic takes, everything included
   * @param longestCommit how long after a Flink checkpoint that completes the next one may begin
   */
  public SerializeEnrichedFunction(RecordForm form, RecordLimit limit, Duration longestCommit) {
    this.form = form;
    this.limit = limit;
    this.longestCommit = longestCommit;
  }

  @Override
  public void open(OpenContext context) {
    encoder = form.encoder(EnrichedEvent.getClassSchema());
    limit.open();
  }

  @Override
  public void close() {
    limit.close();
  }

  @Override
  public void initializeState(FunctionInitializationContext context) {
    deadline = new CommitDeadline(longestCommit, System::nanoTime);
  }

  @Override
  public void snapshotState(FunctionSnapshotContext context) {
    deadline.snapshot(context.getCheckpointId());
  }

  @Override
  public void notifyCheckpointComplete(long checkpoint) {
    deadline.complete(checkpoint);
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
    int most = limit.bytes();
    if (outbound.size() > most) {
      context.output(
          DeadLetters.TAG,
          DeadLetters.of(
              record.origin(),
              Reason.RECORD_TOO_LARGE,
              "Cannot serialise event %s: its record must be at most %s bytes, got %s"
                  .formatted(record.id(), most, outbound.size())));
      return;
    }
    out.collect(outbound);
  }
}
