package io.flanstream.model.batch;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BiPredicate;
import java.util.stream.Stream;

/** All that is pending, each request once. Thread-safe. */
final class InFlight {
  private final ConcurrentMap<Request<?>, InFlightRequest<?>> pending = new ConcurrentHashMap<>();
  private final RuntimeMetrics metrics;

  InFlight(RuntimeMetrics metrics) {
    this.metrics = metrics;
    metrics.compute(RuntimeMetric.WAITING_REQUESTS, () -> waiting().count());
    metrics.compute(RuntimeMetric.WAITING_TOKENS, this::waitingTokens);
    metrics.compute(RuntimeMetric.OLDEST_WAIT_MILLIS, this::oldestWaitMillis);
  }

  /**
   * Waits for an answer, together with those who wait for the same one.
   *
   * @param share whose request it is
   * @param request the request
   * @param queue puts it in the share's line; false if there is no line any more
   * @param closed what fails it then
   * @return the answer to come
   */
  <T> CompletableFuture<T> ask(
      Share share,
      Request<T> request,
      BiPredicate<Share, InFlightRequest<?>> queue,
      Throwable closed) {
    InFlightRequest<T> mine = new InFlightRequest<>(request, share, pending);
    while (true) {
      InFlightRequest<T> there = of(pending.putIfAbsent(request, mine));
      InFlightRequest<T> joined = there == null ? mine : there;
      CompletableFuture<T> answer = there == null ? mine.first() : there.join();
      if (answer != null) {
        metrics.add(RuntimeMetric.REQUESTS, 1);
        metrics.add(RuntimeMetric.JOINED_REQUESTS, there == null ? 0 : 1);
        boolean inLine = there != null && there.share().equals(share);
        if (!inLine && !queue.test(share, joined)) {
          joined.fail(closed);
        }
        return answer;
      }
      pending.remove(request, there);
    }
  }

  /** Equal requests have answers of one type. */
  @SuppressWarnings("unchecked")
  private static <T> InFlightRequest<T> of(InFlightRequest<?> found) {
    return (InFlightRequest<T>) found;
  }

  /** Whether a request like this is pending. */
  boolean has(Request<?> request) {
    return pending.containsKey(request);
  }

  /** Those that have not gone to the device. */
  private Stream<InFlightRequest<?>> waiting() {
    return pending.values().stream().filter(one -> !one.isTaken() && !one.isAbandoned());
  }

  private long waitingTokens() {
    return waiting().mapToLong(one -> one.request().length()).sum();
  }

  private long oldestWaitMillis() {
    long now = System.nanoTime();
    return waiting()
        .mapToLong(one -> TimeUnit.NANOSECONDS.toMillis(now - one.arrivedNanos()))
        .max()
        .orElse(0);
  }

  /** Fails all that is pending. */
  void failAll(Throwable cause) {
    pending.values().forEach(one -> one.fail(cause));
  }
}
