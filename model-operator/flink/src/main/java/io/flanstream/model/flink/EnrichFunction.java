package io.flanstream.model.flink;

import io.flanstream.model.task.TaskSet;
import io.flanstream.schemas.Source;
import io.flanstream.schemas.TextEvent;
import java.util.Collections;
import java.util.Map;
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
 * <p>Nothing waits here. The model bounds its own batches; {@link EnrichOperator} bounds the events
 * in flight by count and by bytes. An event that takes longer than the answer timeout, where there
 * is one, gives up its places in the model; after the last attempt it fails with code TIMEOUT.
 * Flink needs no timeout of its own.
 *
 * <p>What is not the event's fault fails the job, whose restart tries the event again: the model
 * was closed, its device lost, a topic or a disk away.
 *
 * @param <E> type of the input
 */
public final class EnrichFunction<E> extends RichAsyncFunction<E, Enrichment<E>> {
  private static final long serialVersionUID = 1L;

  private final ModelProvider provider;
  private final TaskSource tasks;
  private final EnrichSettings settings;
  private final SerializableFunction<E, TextEvent> eventOf;
  private final SerializableFunction<E, Long> bytesOf;
  private final String version = OperatorVersion.current();
  private transient ModelClient client;
  private transient TaskFeed feed;
  private transient CurrentEnricher enricher;
  private transient EnrichMetrics metrics;
  private transient BytesInFlight bytesInFlight;
  private transient Map<ResultFuture<Enrichment<E>>, InFlight> inFlight;
  private transient volatile boolean closed;

  /** An event that is being answered, since a {@link System#nanoTime()}. */
  private record InFlight(CompletableFuture<MaskedEvent> answer, long since) {}

  /**
   * Asks a model.
   *
   * @param provider opens the model
   * @param tasks what is asked
   * @param settings how
   * @param eventOf event of an input, null where it has none
   * @param bytesOf about how large an input is
   */
  public EnrichFunction(
      ModelProvider provider,
      TaskSource tasks,
      EnrichSettings settings,
      SerializableFunction<E, TextEvent> eventOf,
      SerializableFunction<E, Long> bytesOf) {
    this.provider = provider;
    this.tasks = tasks;
    this.settings = settings;
    this.eventOf = eventOf;
    this.bytesOf = bytesOf;
  }

  @Override
  public void open(OpenContext context) throws InterruptedException {
    inFlight = new ConcurrentHashMap<>();
    bytesInFlight = new BytesInFlight(settings.maxBytesInFlight());
    metrics = new EnrichMetrics(getRuntimeContext().getMetricGroup());
    metrics.inFlight(inFlight::size, bytesInFlight::taken, this::oldestMillis);
    feed = tasks.open();
    client =
        ModelClient.open(
            provider, settings.client(), version, getRuntimeContext().getMetricGroup(), metrics);
    metrics.model(client.model().metrics());
    metrics.deviceLosses(client::deviceLosses);
    try {
      enricher = new CurrentEnricher(feed, this::enricher);
    } catch (IllegalArgumentException e) {
      // The tasks do not suit the model: a restart would find them the same.
      throw new SuppressRestartsException(e);
    }
    metrics.tasks(enricher::changes, enricher::refused);
  }

  private EventEnricher enricher(TaskSet asked) {
    return new EventEnricher(
        client.model(),
        asked,
        client.answers(asked, settings.overlong()),
        settings.keepText(),
        results -> metrics.skipped(asked, results));
  }

  /** Whether an input may go into the model now; it may go in alone whatever its size. */
  boolean hasCapacityFor(E input) {
    return eventOf.apply(input) == null || bytesInFlight.fits(bytesOf.apply(input));
  }

  @Override
  public void asyncInvoke(E input, ResultFuture<Enrichment<E>> result) {
    TextEvent event = eventOf.apply(input);
    if (event == null) {
      metrics.passed();
      complete(result, new Enrichment<>(input, null, null));
      return;
    }
    long bytes = bytesOf.apply(input);
    bytesInFlight.take(bytes);
    CompletableFuture<MaskedEvent> answer =
        client.ask(name(event.getSource()), () -> enricher.get().enrichMasked(event));
    inFlight.put(result, new InFlight(answer, System.nanoTime()));
    if (closed) {
      abandon();
    }
    var unusedEnd =
        answer.whenComplete(
            (enriched, thrown) -> {
              // Whoever takes it out answers: this, or nobody after the end of the task.
              if (inFlight.remove(result) != null) {
                bytesInFlight.giveBack(bytes);
                answer(input, result, enriched, thrown);
              }
            });
  }

  private static String name(Source source) {
    return "%s-%s-%s".formatted(source.getTopic(), source.getPartition(), source.getOffset());
  }

  @Override
  public void close() {
    closed = true;
    if (inFlight != null) {
      abandon();
    }
    if (feed != null) {
      feed.close();
    }
    if (client != null) {
      client.close();
    }
  }

  /**
   * Gives up the places in the model of what is in flight, and completes none of it: a task that
   * ends after a savepoint has it there, and a failure would fail the task.
   */
  private void abandon() {
    for (Map.Entry<ResultFuture<Enrichment<E>>, InFlight> waiting : inFlight.entrySet()) {
      if (inFlight.remove(waiting.getKey(), waiting.getValue())) {
        waiting.getValue().answer().cancel(false);
      }
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
      E input, ResultFuture<Enrichment<E>> result, MaskedEvent enriched, Throwable thrown) {
    if (thrown == null) {
      metrics.enriched(enriched.event());
      complete(
          result,
          new Enrichment<>(input, enriched.event(), null, enriched.masked().placeholders()));
    } else if (thrown instanceof RecordFailedException failed) {
      metrics.failed(failed.failure().code());
      complete(result, new Enrichment<>(input, null, failed.failure()));
    } else {
      result.completeExceptionally(thrown);
    }
  }

  private static <E> void complete(ResultFuture<Enrichment<E>> result, Enrichment<E> enrichment) {
    result.complete(Collections.singleton(enrichment));
  }
}
