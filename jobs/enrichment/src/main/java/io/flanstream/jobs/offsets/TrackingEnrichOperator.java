package io.flanstream.jobs.offsets;

import io.flanstream.jobs.offsets.OffsetReports.Kind;
import io.flanstream.model.flink.EnrichFunction;
import io.flanstream.model.flink.EnrichOperator;
import io.flanstream.model.flink.Enrichment;
import io.flanstream.operators.ingest.SourcedEvent;
import io.flanstream.operators.record.KafkaRecord;
import java.io.IOException;
import java.util.Map;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.datastream.AsyncDataStream.OutputMode;
import org.apache.flink.streaming.api.graph.StreamConfig;
import org.apache.flink.streaming.api.operators.Output;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.tasks.StreamTask;
import org.apache.kafka.common.TopicPartition;

/**
 * The operator that enriches events, which tells besides what is in flight at a Flink checkpoint:
 * what came in, restored records included, and has not gone out. That is what the checkpoint has in
 * its state; that the function has answered says nothing.
 */
final class TrackingEnrichOperator extends EnrichOperator<SourcedEvent> {
  private static final long serialVersionUID = 1L;

  // Set while the constructor of the class above runs.
  private transient InFlightOffsets<TopicPartition> inFlight;
  private transient OffsetReports reports;

  TrackingEnrichOperator(
      StreamOperatorParameters<Enrichment<SourcedEvent>> parameters,
      EnrichFunction<SourcedEvent> function,
      int capacity,
      OutputMode mode) {
    super(parameters, function, capacity, mode);
  }

  @Override
  protected void setup(
      StreamTask<?, ?> task,
      StreamConfig config,
      Output<StreamRecord<Enrichment<SourcedEvent>>> output) {
    inFlight = new InFlightOffsets<>();
    super.setup(task, config, new LeavingOutput<>(output, this::left));
  }

  @Override
  public void open() throws Exception {
    reports = OffsetReports.of(getRuntimeContext());
    super.open();
  }

  @Override
  public void processElement(StreamRecord<SourcedEvent> element) throws Exception {
    KafkaRecord record = element.getValue().origin();
    inFlight.enter(partition(record), record.offset());
    super.processElement(element);
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    tell(Kind.KNOWN, context.getCheckpointId(), inFlight.next());
    tell(Kind.IN_FLIGHT, context.getCheckpointId(), inFlight.first());
  }

  private void left(Enrichment<SourcedEvent> enrichment) {
    KafkaRecord record = enrichment.input().origin();
    inFlight.leave(partition(record), record.offset());
  }

  private static TopicPartition partition(KafkaRecord record) {
    return new TopicPartition(record.topic(), record.partition());
  }

  private void tell(Kind kind, long checkpoint, Map<TopicPartition, Long> offsets)
      throws IOException {
    if (!offsets.isEmpty()) {
      reports.tell(kind, checkpoint, offsets);
    }
  }
}
