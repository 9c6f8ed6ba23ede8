package io.flanstream.model.flink;

import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.datastream.AsyncDataStream.OutputMode;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.operators.AbstractStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.ChainingStrategy;
import org.apache.flink.streaming.api.operators.OneInputStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.StreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.api.operators.legacy.YieldingOperatorFactory;

/**
 * Makes the operator that enriches events.
 *
 * @param <E> type of the input
 */
@SuppressWarnings("deprecation")
public final class EnrichOperatorFactory<E> extends AbstractStreamOperatorFactory<Enrichment<E>>
    implements OneInputStreamOperatorFactory<E, Enrichment<E>>,
        YieldingOperatorFactory<Enrichment<E>> {
  private static final long serialVersionUID = 1L;

  private final EnrichFunction<E> function;
  private final int maxInFlight;
  private final OutputMode mode;

  private EnrichOperatorFactory(EnrichFunction<E> function, int maxInFlight, OutputMode mode) {
    this.function = function;
    this.maxInFlight = maxInFlight;
    this.mode = mode;
    this.chainingStrategy = ChainingStrategy.ALWAYS;
  }

  /**
   * Enriches a stream.
   *
   * @param events the stream
   * @param type type of its elements
   * @param function asks about each
   * @param maxInFlight the most events of a subtask in the model
   * @param ordered whether results leave in the order of the events
   * @param <E> type of the elements
   * @return what became of each
   */
  public static <E> SingleOutputStreamOperator<Enrichment<E>> enrich(
      DataStream<E> events,
      TypeInformation<E> type,
      EnrichFunction<E> function,
      int maxInFlight,
      boolean ordered) {
    return events.transform("enrich", Enrichment.type(type), of(function, maxInFlight, ordered));
  }

  static <E> EnrichOperatorFactory<E> of(
      EnrichFunction<E> function, int maxInFlight, boolean ordered) {
    return new EnrichOperatorFactory<>(
        function, maxInFlight, ordered ? OutputMode.ORDERED : OutputMode.UNORDERED);
  }

  @Override
  @SuppressWarnings("unchecked")
  public <T extends StreamOperator<Enrichment<E>>> T createStreamOperator(
      StreamOperatorParameters<Enrichment<E>> parameters) {
    return (T)
        new EnrichOperator<>(
            parameters, function, maxInFlight, mode, processingTimeService, getMailboxExecutor());
  }

  @Override
  @SuppressWarnings("rawtypes")
  public Class<? extends StreamOperator> getStreamOperatorClass(ClassLoader classLoader) {
    return EnrichOperator.class;
  }
}
