package io.flanstream.operators.serialize;

import io.flanstream.operators.deadletter.DeadLetters;
import io.flanstream.operators.deadletter.Reason;
import io.flanstream.operators.deadletter.RejectedRecordException;
import io.flanstream.operators.record.JobNotices;
import io.flanstream.operators.registry.RegistryException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
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

  private final List<OutputTopic> topics;
  private final Duration longestCommit;
  private transient List<ResultEncoder> encoders;
  private transient CommitDeadline deadline;
  private transient OneLabel oneLabel;

  /**
   * Writes records for topics.
   *
   * @param topics the topics; a record says which of them is its own
   * @param longestCommit how long after a Flink checkpoint that completes the next one may begin
   */
  public SerializeEnrichedFunction(List<OutputTopic> topics, Duration longestCommit) {
    this.topics = List.copyOf(topics);
    this.longestCommit = longestCommit;
  }

  @Override
  public void open(OpenContext context) {
    encoders = topics.stream().map(topic -> topic.form().encoder()).toList();
    topics.forEach(topic -> topic.limit().open());
    oneLabel = new OneLabel();
  }

  @Override
  public void close() {
    topics.forEach(topic -> topic.limit().close());
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
    if (record.event() == null) {
      // Any of the topics may have what it deletes.
      for (OutputTopic topic : topics) {
        out.collect(topic.record(record, null));
      }
      return;
    }
    oneLabel
        .add(record.event())
        .forEach(
            (task, notice) ->
                JobNotices.say(getRuntimeContext().getJobInfo().getJobId(), task, notice));
    OutputTopic topic = topics.get(record.output());
    OutboundRecord outbound;
    try {
      outbound = topic.record(record, encoders.get(record.output()).encode(record));
    } catch (RejectedRecordException e) {
      reject(record, e.reason(), e.getMessage(), context);
      return;
    } catch (RegistryException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      reject(
          record,
          Reason.INVALID_RECORD,
          "Cannot serialise event %s: it must be of its schema: %s".formatted(record.id(), e),
          context);
      return;
    }
    int most = topic.limit().bytes();
    if (outbound.size() > most) {
      reject(
          record,
          Reason.RECORD_TOO_LARGE,
          "Cannot serialise event %s: its record must be at most %s bytes, got %s"
              .formatted(record.id(), most, outbound.size()),
          context);
      return;
    }
    out.collect(outbound);
  }

  private static void reject(
      EnrichedRecord record, Reason reason, String message, Context context) {
    context.output(DeadLetters.TAG, DeadLetters.of(record.origin(), reason, message));
  }
}
