package io.flanstream.jobs.bench;

import io.flanstream.model.TextModel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.IntConsumer;
import org.HdrHistogram.ConcurrentHistogram;

/**
 * Asks a model about prompts, so many under way at a time, and measures: a closed loop, in which
 * the next prompt is asked when one is answered.
 *
 * @param <P> type of a prompt
 * @param <A> type of an answer
 */
public final class Benchmark<P, A> {
  private static final int DIGITS = 3;

  private final TextModel model;
  private final Function<P, CompletableFuture<A>> asker;
  private final int inFlight;

  /**
   * Prepares runs.
   *
   * @param model the model, which has no other callers
   * @param asker asks it about a prompt
   * @param inFlight the most prompts under way at a time
   */
  public Benchmark(TextModel model, Function<P, CompletableFuture<A>> asker, int inFlight) {
    this.model = model;
    this.asker = asker;
    this.inFlight = inFlight;
  }

  /** What a run gave: answers in the order of the prompts, and figures. */
  public record Run<A>(List<A> answers, BenchFigures figures) {}

  /**
   * Asks every prompt once.
   *
   * @param prompts the prompts
   * @param progress is told how many are answered, now and then, by the calling thread
   * @throws InterruptedException if the calling thread is interrupted
   * @throws java.util.concurrent.CompletionException if a prompt cannot be answered
   */
  public Run<A> run(List<P> prompts, IntConsumer progress) throws InterruptedException {
    CallLog calls = new CallLog();
    model.metrics().listen(calls);
    try {
      return run(prompts, progress, calls);
    } finally {
      model.metrics().unlisten(calls);
    }
  }

  private Run<A> run(List<P> prompts, IntConsumer progress, CallLog calls)
      throws InterruptedException {
    RuntimeCounts before = RuntimeCounts.of(model.metrics());
    ConcurrentHistogram micros = new ConcurrentHistogram(DIGITS);
    Semaphore places = new Semaphore(inFlight);
    AtomicInteger done = new AtomicInteger();
    List<CompletableFuture<A>> answers = new ArrayList<>(prompts.size());
    long start = System.nanoTime();
    for (P prompt : prompts) {
      await(places, 1, () -> progress.accept(done.get()));
      long asked = System.nanoTime();
      answers.add(
          asker
              .apply(prompt)
              .whenComplete(
                  (answer, failure) -> {
                    micros.recordValue(TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - asked));
                    done.incrementAndGet();
                    places.release();
                  }));
    }
    await(places, inFlight, () -> progress.accept(done.get()));
    double seconds = (System.nanoTime() - start) / 1e9;
    List<A> all = answers.stream().map(CompletableFuture::join).toList();
    RuntimeCounts counts = RuntimeCounts.of(model.metrics()).since(before);
    return new Run<>(
        all, new BenchFigures(prompts.size(), seconds, LatencyFigures.of(micros), counts, calls));
  }

  private static void await(Semaphore places, int wanted, Runnable meanwhile)
      throws InterruptedException {
    while (!places.tryAcquire(wanted, 100, TimeUnit.MILLISECONDS)) {
      meanwhile.run();
    }
  }
}
