package io.flanstream.jobs.topology;

import io.flanstream.model.flink.Enrichment;
import io.flanstream.model.flink.Failure;
import io.flanstream.operators.deadletter.DeadLetters;
import io.flanstream.operators.ingest.SourcedEvent;
import io.flanstream.operators.serialize.EnrichedRecord;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;

/** Events that failed in the model to the dead letters; an async function has no side output. */
final class RejectFailedFunction extends ProcessFunction<Enrichment<SourcedEvent>, EnrichedRecord> {
  private static final long serialVersionUID = 1L;

  @Override
  public void processElement(
      Enrichment<SourcedEvent> enrichment, Context context, Collector<EnrichedRecord> out) {
    Failure failure = enrichment.failure();
    if (failure == null) {
      out.collect(new EnrichedRecord(enrichment.input().origin(), enrichment.event()));
    } else {
      context.output(
          DeadLetters.TAG,
          DeadLetters.of(
              enrichment.input().origin(),
              failure.stage(),
              failure.code(),
              failure.message(),
              failure.attempts()));
    }
  }
}
