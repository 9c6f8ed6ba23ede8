package io.flanstream.jobs.offsets;

import io.flanstream.model.flink.EnrichFunction;
import io.flanstream.model.flink.Enrichment;
import io.flanstream.operators.ingest.SourcedEvent;
import org.apache.flink.streaming.api.datastream.AsyncDataStream.OutputMode;
import org.apache.flink.streaming.api.operators.AbstractStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.ChainingStrategy;
import org.apache.flink.streaming.api.operators.OneInputStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.StreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;

/** Makes the operator that runs the model's function and tells what is in flight. */
public final class EnrichOperatorFactory
    extends AbstractStreamOperatorFactory<Enrichment<SourcedEvent>>
    implements OneInputStreamOperatorFactory<SourcedEvent, Enrichment<SourcedEvent>> {
  private static final long serialVersionUID = 1L;

  private final EnrichFunction<SourcedEvent> function;
  private final int capacity;
  private final OutputMode mode;

  /**
   * Runs a function.
   *
   * @param function gives one result for each event
   * @param capacity the most events in flight
   * @param mode whether results leave in order
   */
  public EnrichOperatorFactory(
      EnrichFunction<SourcedEvent> function, int capacity, OutputMode mode) {
    this.function = function;
    this.capacity = capacity;
    this.mode = mode;
    this.chainingStrategy = ChainingStrategy.ALWAYS;
  }

  @Override
  @SuppressWarnings("unchecked") // As Flink's own factories do.
  public <T extends StreamOperator<Enrichment<SourcedEvent>>> T createStreamOperator(
      StreamOperatorParameters<Enrichment<SourcedEvent>> parameters) {
    return (T) new TrackingEnrichOperator(parameters, function, capacity, mode);
  }

  @Override
  @SuppressWarnings("rawtypes")
  public Class<? extends StreamOperator> getStreamOperatorClass(ClassLoader classLoader) {
    return TrackingEnrichOperator.class;
  }
}
