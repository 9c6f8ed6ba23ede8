package io.flanstream.model.flink;

import io.flanstream.model.ModelException;
import io.flanstream.model.TextModel;
import io.flanstream.model.cache.CachedTasks;
import io.flanstream.model.cache.ResultCache;
import io.flanstream.model.crash.CrashJournal;
import io.flanstream.model.task.TaskResults;
import io.flanstream.model.task.TaskRunner;
import io.flanstream.model.task.TaskSet;
import io.flanstream.schemas.EnrichedEvent;
import io.flanstream.schemas.Source;
import io.flanstream.schemas.TextEvent;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.streaming.api.functions.async.ResultFuture;
import org.apache.flink.streaming.api.functions.async.RichAsyncFunction;
import org.apache.flink.util.ExceptionUtils;
import org.apache.flink.util.function.SerializableFunction;

/**
 * Asks the process's model about events. All tasks of an event are one call, so one input gives one
 * output, a failure included: nothing that an event does fails the job. What has no event passes in
 * its place.
 *
 * <p>The model bounds its own batches, and Flink the events in flight by count. By bytes they are
 * bounded here: a call waits until the model has answered what there is no room beside, and returns
 * at once otherwise. An event that takes longer than the answer timeout, where there is one, gives
 * up its places in the model; after the last attempt it fails with code TIMEOUT. Flink needs no
 * timeout of its own.
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
  private transient ModelLease lease;
  private transient Shared.Lease<ResultCache> cache;
  private transient Shared.Lease<CrashJournal> journal;
  private transient TaskFeed feed;
  private transient CurrentEnricher enricher;
  private transient EnrichMetrics metrics;
  private transient volatile boolean closed;
  private transient BytesInFlight bytesInFlight;
  private transient Map<ResultFuture<Enrichment<E>>, InFlight> inFlight;

  /** An event that is being answered, since a {@link System#nanoTime()}. */
  private record InFlight(CompletableFuture<EnrichedEvent> answer, long since) {}

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
  public void open(OpenContext context) {
    inFlight = new ConcurrentHashMap<>();
    bytesInFlight = new BytesInFlight(settings.maxBytesInFlight());
    metrics = new EnrichMetrics(getRuntimeContext().getMetricGroup());
    metrics.inFlight(inFlight::size, bytesInFlight::taken, this::oldestMillis);
    if (settings.cache() != null) {
      cache = SharedCaches.lease(settings.cache(), settings.modelLinger());
    }
    if (settings.crash() != null) {
      journal = SharedJournals.lease(settings.crash().directory());
    }
    feed = tasks.open();
    try {
      OperatorVersion.check(version);
      lease = SharedModels.lease(provider, settings.modelLinger());
      metrics.model(lease.model().metrics());
      enricher = new CurrentEnricher(feed, this::enricher);
      metrics.tasks(enricher::changes, enricher::refused);
    } catch (UncheckedIOException e) {
      // Where it is read from may be there again after a restart.
      throw e;
    } catch (RuntimeException e) {
      // The checkpoint, the tasks or lib/ are at fault: a restart would find them the same.
      throw new SuppressRestartsException(e);
    }
  }

  private EventEnricher enricher(TaskSet asked) {
    return new EventEnricher(lease.model(), asked, answers(asked), settings.keepText());
  }

  private Function<String, CompletableFuture<TaskResults>> answers(TaskSet asked) {
    TextModel model = lease.model().withShare(settings.share());
    if (cache == null) {
      return new TaskRunner(model, asked, settings.overlong())::run;
    }
    return new CachedTasks(
            model, asked, settings.overlong(), cache.shared(), version, metrics::cacheHit)
        ::run;
  }

  @Override
  public void asyncInvoke(E input, ResultFuture<Enrichment<E>> result) throws InterruptedException {
    TextEvent event = eventOf.apply(input);
    if (event == null) {
      metrics.passed();
      complete(result, new Enrichment<>(input, null, null));
      return;
    }
    ask(input, bytesInFlight.admit(bytesOf.apply(input), result), 1, System.nanoTime());
  }

  private void ask(E input, ResultFuture<Enrichment<E>> result, int attempt, long since) {
    CompletableFuture<EnrichedEvent> answer = enriched(eventOf.apply(input));
    inFlight.put(result, new InFlight(answer, since));
    if (closed) {
      abandon();
    }
    var unusedEnd =
        withDeadline(answer)
            .whenComplete(
                (enriched, thrown) -> {
                  // Whoever takes it out answers: this, or the end of the task.
                  if (inFlight.remove(result) == null) {
                    return;
                  }
                  if (thrown instanceof TimeoutException && !closed) {
                    answer.cancel(false);
                    late(input, result, attempt, since);
                  } else {
                    answer(input, result, enriched, thrown);
                  }
                });
  }

  private CompletableFuture<EnrichedEvent> enriched(TextEvent event) {
    if (journal == null) {
      return enricher.get().enrich(event);
    }
    Source source = event.getSource();
    String name =
        "%s %s-%s-%s"
            .formatted(
                settings.crash().scope(),
                source.getTopic(),
                source.getPartition(),
                source.getOffset());
    return journal.shared().run(name, () -> enricher.get().enrich(event));
  }

  private CompletableFuture<EnrichedEvent> withDeadline(CompletableFuture<EnrichedEvent> answer) {
    return settings.answerTimeout().isZero()
        ? answer
        : answer.copy().orTimeout(settings.answerTimeout().toMillis(), TimeUnit.MILLISECONDS);
  }

  private void late(E input, ResultFuture<Enrichment<E>> result, int attempt, long since) {
    if (attempt >= settings.answerAttempts()) {
      fail(input, result, Failure.late(attempt));
      return;
    }
    metrics.retried();
    // The thread of all deadlines must not be held up by the model.
    var unusedRetry =
        CompletableFuture.runAsync(() -> ask(input, result, attempt + 1, since))
            .whenComplete(
                (nothing, thrown) -> {
                  if (thrown != null && !closed) {
                    result.completeExceptionally(thrown);
                  }
                });
  }

  @Override
  public void close() {
    if (inFlight != null) {
      closed = true;
      abandon();
    }
    if (feed != null) {
      feed.close();
    }
    if (lease != null) {
      lease.close();
    }
    if (cache != null) {
      cache.ending().run();
    }
    if (journal != null) {
      journal.ending().run();
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
      E input, ResultFuture<Enrichment<E>> result, EnrichedEvent enriched, Throwable thrown) {
    if (thrown == null) {
      metrics.enriched(enriched);
      complete(result, new Enrichment<>(input, enriched, null));
      return;
    }
    Throwable cause = ExceptionUtils.stripCompletionException(thrown);
    if (isNoFaultOfTheEvent(cause)) {
      result.completeExceptionally(cause);
    } else {
      fail(input, result, Failure.of(cause));
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
