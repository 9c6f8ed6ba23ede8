package io.flanstream.model.flink;

import org.apache.flink.streaming.api.datastream.AsyncDataStream.OutputMode;
import org.apache.flink.streaming.api.operators.AbstractStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.OneInputStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.StreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;

/** Makes the operator that enriches events, for Flink's harness. */
final class TestingEnrichFactory<E> extends AbstractStreamOperatorFactory<Enrichment<E>>
    implements OneInputStreamOperatorFactory<E, Enrichment<E>> {
  private static final long serialVersionUID = 1L;

  private final EnrichFunction<E> function;
  private final int maxInFlight;
  private final OutputMode mode;

  TestingEnrichFactory(EnrichFunction<E> function, int maxInFlight, boolean ordered) {
    this.function = function;
    this.maxInFlight = maxInFlight;
    this.mode = ordered ? OutputMode.ORDERED : OutputMode.UNORDERED;
  }

  @Override
  @SuppressWarnings("unchecked")
  public <T extends StreamOperator<Enrichment<E>>> T createStreamOperator(
      StreamOperatorParameters<Enrichment<E>> parameters) {
    return (T) new EnrichOperator<>(parameters, function, maxInFlight, mode);
  }

  @Override
  @SuppressWarnings("rawtypes")
  public Class<? extends StreamOperator> getStreamOperatorClass(ClassLoader classLoader) {
    return EnrichOperator.class;
  }
}
