package io.flanstream.model.flink;

import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.streaming.api.datastream.AsyncDataStream.OutputMode;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.api.operators.async.AsyncWaitOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.retryable.AsyncRetryStrategies;

/**
 * Flink's own operator for asynchronous functions, whose queue bounds the events in flight by
 * count, with a bound by bytes at the same place: where there is no capacity, the task goes on with
 * its other work, such as giving out answers, until there is. Its state is that of Flink's.
 *
 * @param <E> type of the input
 */
public class EnrichOperator<E> extends AsyncWaitOperator<E, Enrichment<E>> {
  private static final long serialVersionUID = 1L;
  private static final long NO_TIMEOUT = 0;

  private final transient EnrichFunction<E> function;
  private final transient MailboxExecutor mailbox;

  /**
   * Runs a function.
   *
   * @param parameters the task's
   * @param function asks about each event
   * @param maxInFlight the most events in the model
   * @param mode whether results leave in order
   */
  @SuppressWarnings("unchecked") // Flink's constant has no type.
  public EnrichOperator(
      StreamOperatorParameters<Enrichment<E>> parameters,
      EnrichFunction<E> function,
      int maxInFlight,
      OutputMode mode) {
    super(
        parameters,
        function,
        NO_TIMEOUT,
        maxInFlight,
        mode,
        AsyncRetryStrategies.NO_RETRY_STRATEGY,
        parameters.getProcessingTimeService(),
        parameters.getMailboxExecutor());
    this.function = function;
    this.mailbox = parameters.getMailboxExecutor();
  }

  @Override
  public void processElement(StreamRecord<E> element) throws Exception {
    while (!function.hasCapacityFor(element.getValue())) {
      mailbox.yield();
    }
    super.processElement(element);
  }
}
