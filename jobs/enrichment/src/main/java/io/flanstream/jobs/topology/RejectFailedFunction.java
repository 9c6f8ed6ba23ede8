package io.flanstream.jobs.topology;

import io.flanstream.model.flink.Enrichment;
import io.flanstream.model.flink.Failure;
import io.flanstream.operators.deadletter.DeadLetters;
import io.flanstream.operators.deadletter.RejectedRecordException;
import io.flanstream.operators.ingest.SourcedEvent;
import io.flanstream.operators.record.KafkaRecord;
import io.flanstream.operators.serialize.EnrichedRecord;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Events that failed in the model to the dead letters, since an async function has no side output;
 * the others on, with records that have no masked value any more.
 */
final class RejectFailedFunction extends ProcessFunction<Enrichment<SourcedEvent>, EnrichedRecord> {
  private static final long serialVersionUID = 2L;

  private final OriginMasking masking;

  RejectFailedFunction(OriginMasking masking) {
    this.masking = masking;
  }

  @Override
  public void processElement(
      Enrichment<SourcedEvent> enrichment, Context context, Collector<EnrichedRecord> out) {
    Failure failure = enrichment.failure();
    KafkaRecord came = enrichment.input().origin();
    if (failure != null) {
      context.output(
          DeadLetters.TAG,
          DeadLetters.of(
              came, failure.stage(), failure.code(), failure.message(), failure.attempts()));
      return;
    }
    try {
      out.collect(new EnrichedRecord(masking.origin(enrichment), enrichment.event()));
    } catch (RejectedRecordException e) {
      context.output(DeadLetters.TAG, DeadLetters.of(came, e.reason(), e.getMessage()));
    }
  }
}
