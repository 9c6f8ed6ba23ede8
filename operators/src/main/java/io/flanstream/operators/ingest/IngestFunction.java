package io.flanstream.operators.ingest;

import io.flanstream.operators.deadletter.DeadLetters;
import io.flanstream.operators.deadletter.RejectedRecordException;
import io.flanstream.operators.record.KafkaRecord;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;

/** Kafka records to events; what cannot be one goes to the dead letters, tombstones pass. */
public final class IngestFunction extends ProcessFunction<KafkaRecord, SourcedEvent> {
  private static final long serialVersionUID = 1L;

  private final PayloadForm form;
  private transient EventReader reader;

  /**
   * Reads values of one form.
   *
   * @param form how they are written
   */
  public IngestFunction(PayloadForm form) {
    this.form = form;
  }

  @Override
  public void open(OpenContext context) {
    reader = new EventReader(form);
  }

  @Override
  public void processElement(KafkaRecord record, Context context, Collector<SourcedEvent> out) {
    try {
      out.collect(new SourcedEvent(record, reader.read(record)));
    } catch (RejectedRecordException e) {
      context.output(DeadLetters.TAG, DeadLetters.of(record, e.reason(), e.getMessage()));
    }
  }
}
