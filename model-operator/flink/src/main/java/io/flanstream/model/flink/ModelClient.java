package io.flanstream.model.flink;

import io.flanstream.model.DeviceLoss;
import io.flanstream.model.ModelException;
import io.flanstream.model.TextModel;
import io.flanstream.model.batch.Share;
import io.flanstream.model.cache.CachedTasks;
import io.flanstream.model.cache.ResultCache;
import io.flanstream.model.crash.CrashJournal;
import io.flanstream.model.future.Futures;
import io.flanstream.model.task.OverlongPolicy;
import io.flanstream.model.task.TaskInput;
import io.flanstream.model.task.TaskResults;
import io.flanstream.model.task.TaskRunner;
import io.flanstream.model.task.TaskSet;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.runtime.metrics.scope.ScopeFormat;
import org.apache.flink.util.ExceptionUtils;

/**
 * A subtask's way to the process's model, the same for the job, for {@code ML_PREDICT} and for the
 * functions: its lease, share, deadline, result cache and crash journal, and what a lost device
 * means. Thread-safe.
 */
public final class ModelClient implements AutoCloseable {
  private static final String NO_JOB = "none";

  private final ClientSettings settings;
  private final Share share;
  private final String program;
  private final ModelLease lease;
  private final Optional<Shared.Lease<ResultCache>> cache;
  private final Optional<Shared.Lease<CrashJournal>> journal;
  private final DeviceLosses losses;
  private final Listener listener;

  /** What a client hears of its records, for its metrics. */
  public interface Listener {
    /** Hears nothing. */
    Listener NONE = new Listener() {};

    /** A text was answered from the cache. */
    default void cacheHit() {}

    /** A record is tried once more. */
    default void retried() {}
  }

  private ModelClient(
      ClientSettings settings,
      Share share,
      String program,
      Leases leases,
      DeviceLosses losses,
      Listener listener) {
    this.settings = settings;
    this.share = share;
    this.program = program;
    this.lease = leases.model;
    this.cache = Optional.ofNullable(leases.cache);
    this.journal = Optional.ofNullable(leases.journal);
    this.losses = losses;
    this.listener = listener;
  }

  /**
   * Opens the model where it is not open, and whatever else the settings name.
   *
   * @param provider opens the model
   * @param settings how it is asked
   * @param program build of the model operator that the job was planned with
   * @param group metric group of the subtask, which names the job
   * @param listener hears of its records
   * @return the client, to be closed by the caller
   * @throws InterruptedException if the waiting thread is interrupted
   * @throws SuppressRestartsException if the checkpoint or lib/ is at fault: a restart would find
   *     them the same
   */
  public static ModelClient open(
      ModelProvider provider,
      ClientSettings settings,
      String program,
      MetricGroup group,
      Listener listener)
      throws InterruptedException {
    Leases leases = new Leases();
    boolean opened = false;
    try {
      OperatorVersion.check(program);
      if (settings.cache() != null) {
        leases.cache = SharedCaches.lease(settings.cache(), settings.modelLinger());
      }
      if (settings.crash() != null) {
        leases.journal = SharedJournals.lease(settings.crash().directory());
      }
      leases.model = SharedModels.lease(provider, settings.modelLinger());
      String job = group.getAllVariables().getOrDefault(ScopeFormat.SCOPE_JOB_ID, NO_JOB);
      Share share = settings.share();
      opened = true;
      return new ModelClient(
          settings,
          share.client().isEmpty() ? new Share(job, share.weight(), share.priority()) : share,
          program,
          leases,
          new DeviceLosses(job, provider.deviceLoss()),
          listener);
    } catch (UncheckedIOException e) {
      // Where it is read from may be there again after a restart.
      throw e;
    } catch (RuntimeException e) {
      throw new SuppressRestartsException(e);
    } finally {
      if (!opened) {
        leases.close();
      }
    }
  }

  /** The model under the client's share, which the caller must not close. */
  public TextModel model() {
    return lease.model().withShare(share);
  }

  /** How many losses of the device the job has had on this machine lately. */
  int deviceLosses() {
    return losses.recent();
  }

  /**
   * Prepares tasks, whose results come from the cache where it has them.
   *
   * @param tasks what is asked
   * @param overlong what happens to a text that does not fit
   * @return answers an input, without waiting
   * @throws IllegalArgumentException if the tasks do not suit the model's tokenizer
   */
  public Function<TaskInput, CompletableFuture<TaskResults>> answers(
      TaskSet tasks, OverlongPolicy overlong) {
    return cache
        .<Function<TaskInput, CompletableFuture<TaskResults>>>map(
            results ->
                new CachedTasks(
                        model(), tasks, overlong, results.shared(), program, listener::cacheHit)
                    ::run)
        .orElseGet(() -> new TaskRunner(model(), tasks, overlong)::run);
  }

  /**
   * Asks about a record, without waiting.
   *
   * @param record name of the record, which tells it from all others of the client
   * @param asking asks the model, once for each attempt
   * @param <T> type of the answer
   * @return the answer; fails with a {@link RecordFailedException} where the record is at fault,
   *     and with what the job is to fail with where it is not. Cancelling it frees its places in
   *     the model
   */
  public <T> CompletableFuture<T> ask(String record, Supplier<CompletableFuture<T>> asking) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    attempt(record, asking, answer, 1);
    return answer;
  }

  private <T> void attempt(
      String record,
      Supplier<CompletableFuture<T>> asking,
      CompletableFuture<T> answer,
      int attempt) {
    CompletableFuture<T> asked = noted(record, asking);
    Futures.cancelWith(answer, () -> asked.cancel(false));
    var unusedEnd =
        withDeadline(asked)
            .whenComplete(
                (value, thrown) -> {
                  if (thrown == null) {
                    answer.complete(value);
                  } else if (thrown instanceof TimeoutException && !asked.isDone()) {
                    asked.cancel(false);
                    late(record, asking, answer, attempt);
                  } else {
                    answer.completeExceptionally(
                        failure(ExceptionUtils.stripCompletionException(thrown)));
                  }
                });
  }

  private <T> CompletableFuture<T> noted(String record, Supplier<CompletableFuture<T>> asking) {
    try {
      return journal.isEmpty()
          ? asking.get()
          : journal.get().shared().run(settings.crash().scope() + " " + record, asking);
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private <T> CompletableFuture<T> withDeadline(CompletableFuture<T> asked) {
    return settings.answerTimeout().isZero()
        ? asked
        : asked.copy().orTimeout(settings.answerTimeout().toMillis(), TimeUnit.MILLISECONDS);
  }

  private <T> void late(
      String record,
      Supplier<CompletableFuture<T>> asking,
      CompletableFuture<T> answer,
      int attempt) {
    if (attempt >= settings.answerAttempts()) {
      answer.completeExceptionally(new RecordFailedException(Failure.late(attempt), null));
    } else if (!answer.isDone()) {
      listener.retried();
      // The thread of all deadlines must not be held up by the model.
      var unusedRetry =
          CompletableFuture.runAsync(() -> attempt(record, asking, answer, attempt + 1));
    }
  }

  /** What a failure means: the record's own, the loss of the device, or another of the job's. */
  private Throwable failure(Throwable thrown) {
    Optional<Failure> ofRecord = Failure.ofRecord(thrown);
    if (ofRecord.isPresent()) {
      return new RecordFailedException(ofRecord.get(), thrown);
    }
    Optional<DeviceLoss> loss = lease.model().loss();
    if (loss.isPresent() && thrown instanceof ModelException) {
      lease.lose();
      return losses.judge(lease.model(), loss.get());
    }
    return thrown;
  }

  /** Ends its part in whatever it has opened. */
  @Override
  public void close() {
    lease.close();
    cache.ifPresent(shared -> shared.ending().run());
    journal.ifPresent(shared -> shared.ending().run());
  }

  private static final class Leases {
    private ModelLease model;
    private Shared.Lease<ResultCache> cache;
    private Shared.Lease<CrashJournal> journal;

    void close() {
      if (cache != null) {
        cache.ending().run();
      }
      if (journal != null) {
        journal.ending().run();
      }
    }
  }
}
