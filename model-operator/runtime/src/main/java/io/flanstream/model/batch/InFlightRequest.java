package io.flanstream.model.batch;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;

/**
 * A request that has no answer yet, and everyone who waits for it.
 *
 * <p>Callers come and go on any thread; {@link #isTaken()} and {@link #client()} are set by the
 * scheduler's thread alone. A caller is gone when its future is done, however that came about.
 */
final class InFlightRequest<T> {
  private final Request<T> request;
  private final Share share;
  private final long arrivedNanos = System.nanoTime();
  private final ConcurrentMap<Request<?>, InFlightRequest<?>> home;
  private final CompletableFuture<T> first = new CompletableFuture<>();
  private List<CompletableFuture<T>> others = List.of();
  private boolean finished;
  private volatile Client client;

  /**
   * Makes a request pending for its first caller.
   *
   * @param request the request
   * @param share whose it is
   * @param home where it is found while it is pending; it takes itself out
   */
  InFlightRequest(
      Request<T> request, Share share, ConcurrentMap<Request<?>, InFlightRequest<?>> home) {
    this.request = request;
    this.share = share;
    this.home = home;
  }

  Request<T> request() {
    return request;
  }

  /** Share of the first caller. */
  Share share() {
    return share;
  }

  /** When the first caller came, by {@link System#nanoTime()}. */
  long arrivedNanos() {
    return arrivedNanos;
  }

  /** The first caller's future. */
  CompletableFuture<T> first() {
    return first;
  }

  /** The future of one more caller; null if the answer has been given. */
  synchronized CompletableFuture<T> join() {
    if (finished) {
      return null;
    }
    CompletableFuture<T> another = new CompletableFuture<>();
    others = others.isEmpty() ? new ArrayList<>(2) : others;
    others.add(another);
    return another;
  }

  /** Gives up the request if nobody waits for it any more. */
  boolean isAbandoned() {
    if (!first.isDone()) {
      return false;
    }
    synchronized (this) {
      if (finished) {
        return true;
      }
      for (CompletableFuture<T> other : others) {
        if (!other.isDone()) {
          return false;
        }
      }
      finished = true;
    }
    home.remove(request, this);
    return true;
  }

  /** Gives the answer to all who wait. */
  void complete(T answer) {
    finish(waiting -> waiting.complete(answer));
  }

  /** Gives the answer, whose type is that of the request. */
  @SuppressWarnings("unchecked")
  <A> void answer(Request<A> asked, A answer) {
    ((InFlightRequest<A>) this).complete(answer);
  }

  /** Fails all who wait. */
  void fail(Throwable cause) {
    finish(waiting -> waiting.completeExceptionally(cause));
  }

  private void finish(Consumer<CompletableFuture<T>> end) {
    List<CompletableFuture<T>> left;
    synchronized (this) {
      if (finished) {
        return;
      }
      finished = true;
      left = others;
    }
    home.remove(request, this);
    end.accept(first);
    left.forEach(end);
  }

  /** Whether it has left its line for the device. */
  boolean isTaken() {
    return client != null;
  }

  /** Takes it to the device, at a client's cost. */
  void take(Client payer) {
    client = payer;
    payer.charge(request.tokens());
  }

  /** The client that pays. */
  Client client() {
    return client;
  }
}
