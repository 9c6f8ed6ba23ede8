package io.flanstream.model.batch;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.BiPredicate;

/** All that is pending, each request once. Thread-safe. */
final class InFlight {
  private final ConcurrentMap<Request<?>, Pending<?>> pending = new ConcurrentHashMap<>();

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
      Share share, Request<T> request, BiPredicate<Share, Pending<?>> queue, Throwable closed) {
    Pending<T> mine = new Pending<>(request, share, pending);
    while (true) {
      Pending<T> there = of(pending.putIfAbsent(request, mine));
      Pending<T> joined = there == null ? mine : there;
      CompletableFuture<T> answer = there == null ? mine.first() : there.join();
      if (answer != null) {
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
  private static <T> Pending<T> of(Pending<?> found) {
    return (Pending<T>) found;
  }

  /** Fails all that is pending. */
  void failAll(Throwable cause) {
    pending.values().forEach(one -> one.fail(cause));
  }
}
