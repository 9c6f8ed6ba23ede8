package io.flanstream.model.flink;

import io.flanstream.model.ModelException;
import io.flanstream.model.task.OverlongPolicy;
import io.flanstream.model.task.TaskFailure;
import io.flanstream.model.task.TaskSet;
import io.flanstream.schemas.EnrichedEvent;
import io.flanstream.schemas.TextEvent;
import java.util.Collections;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.streaming.api.functions.async.ResultFuture;
import org.apache.flink.streaming.api.functions.async.RichAsyncFunction;
import org.apache.flink.util.function.SerializableFunction;

/**
 * Asks the process's model about events. All tasks of an event are one call, so one input gives one
 * output, a failure included: nothing that an event does fails the job. What has no event passes in
 * its place.
 *
 * <p>Calls return at once: the model bounds its own batches, and Flink the events in flight. An
 * event that takes longer than Flink's timeout, where there is one, fails with code TIMEOUT.
 *
 * @param <E> type of the input
 */
public final class EnrichFunction<E> extends RichAsyncFunction<E, Enrichment<E>> {
  private static final long serialVersionUID = 1L;

  private final ModelProvider provider;
  private final TaskSet tasks;
  private final OverlongPolicy overlong;
  private final boolean keepText;
  private final SerializableFunction<E, TextEvent> eventOf;
  private transient ModelLease lease;
  private transient EventEnricher enricher;
  private transient EnrichMetrics metrics;
  private transient Map<ResultFuture<Enrichment<E>>, InFlight> inFlight;

  /** An answer that is waited for, since a time of {@link System#nanoTime}. */
  private record InFlight(CompletableFuture<EnrichedEvent> answer, long since) {}

  /**
   * Asks a model.
   *
   * @param provider opens the model
   * @param tasks what is asked
   * @param overlong what happens to a text that does not fit
   * @param keepText whether results have the text
   * @param eventOf event of an input, null where it has none
   */
  public EnrichFunction(
      ModelProvider provider,
      TaskSet tasks,
      OverlongPolicy overlong,
      boolean keepText,
      SerializableFunction<E, TextEvent> eventOf) {
    this.provider = provider;
    this.tasks = tasks;
    this.overlong = overlong;
    this.keepText = keepText;
    this.eventOf = eventOf;
  }

  @Override
  public void open(OpenContext context) {
    inFlight = new ConcurrentHashMap<>();
    metrics =
        new EnrichMetrics(getRuntimeContext().getMetricGroup(), inFlight::size, this::oldestMillis);
    try {
      lease = SharedModels.lease(provider);
      enricher = new EventEnricher(lease.model(), tasks, overlong, keepText);
    } catch (RuntimeException e) {
      // The checkpoint or the tasks are at fault: a restart would find them the same.
      throw new SuppressRestartsException(e);
    }
  }

  @Override
  public void asyncInvoke(E input, ResultFuture<Enrichment<E>> result) {
    TextEvent event = eventOf.apply(input);
    if (event == null) {
      metrics.passed();
      complete(result, new Enrichment<>(input, null, null));
      return;
    }
    CompletableFuture<EnrichedEvent> answer = enricher.enrich(event);
    inFlight.put(result, new InFlight(answer, System.nanoTime()));
    var unusedEnd =
        answer.whenComplete(
            (enriched, thrown) -> {
              // Whoever takes it out answers: this, or the timeout.
              if (inFlight.remove(result) != null) {
                answer(input, result, enriched, thrown);
              }
            });
  }

  /** Gives the event up; its places in the model become free. */
  @Override
  public void timeout(E input, ResultFuture<Enrichment<E>> result) {
    InFlight late = inFlight.remove(result);
    if (late != null) {
      late.answer().cancel(false);
      fail(
          input,
          result,
          new Failure(
              TaskFailure.Stage.MODEL.name(),
              Failure.TIMEOUT,
              "Cannot enrich event: the model must answer within job.answer-timeout"));
    }
  }

  @Override
  public void close() {
    if (inFlight != null) {
      inFlight.values().forEach(waiting -> waiting.answer().cancel(false));
    }
    if (lease != null) {
      lease.close();
    }
  }

  private long oldestMillis() {
    long now = System.nanoTime();
    return inFlight.values().stream()
        .mapToLong(waiting -> TimeUnit.NANOSECONDS.toMillis(now - waiting.since()))
        .max()
        .orElse(0);
  }

  private void answer(
      E input, ResultFuture<Enrichment<E>> result, EnrichedEvent enriched, Throwable thrown) {
    if (thrown == null) {
      metrics.enriched(enriched);
      complete(result, new Enrichment<>(input, enriched, null));
    } else if (isNoFaultOfTheEvent(thrown)) {
      result.completeExceptionally(thrown);
    } else {
      fail(input, result, Failure.of(thrown));
    }
  }

  private void fail(E input, ResultFuture<Enrichment<E>> result, Failure failure) {
    metrics.failed(failure.code());
    complete(result, new Enrichment<>(input, null, failure));
  }

  private static boolean isNoFaultOfTheEvent(Throwable thrown) {
    return thrown instanceof CancellationException
        || (thrown instanceof ModelException model && model.code() == ModelException.Code.CLOSED);
  }

  private static <E> void complete(ResultFuture<Enrichment<E>> result, Enrichment<E> enrichment) {
    result.complete(Collections.singleton(enrichment));
  }
}
