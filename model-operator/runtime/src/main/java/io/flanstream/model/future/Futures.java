package io.flanstream.model.future;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;

/**
 * What {@link CompletableFuture} lacks: lists, and cancellation from a result to what makes it. All
 * methods return without waiting, and what they register runs in the thread that completes a
 * future.
 */
public final class Futures {

  private Futures() {}

  /**
   * The values of all futures, in their order.
   *
   * @param futures the futures
   * @param <T> type of their values
   * @return fails when one of them has failed and all ended; cancelling it cancels none of them
   */
  public static <T> CompletableFuture<List<T>> all(List<CompletableFuture<T>> futures) {
    return CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new))
        .thenApply(all -> futures.stream().map(CompletableFuture::join).toList());
  }

  /**
   * What went wrong, without the wrappers of chained futures.
   *
   * @param thrown what a future failed with
   * @return its cause
   */
  public static Throwable cause(Throwable thrown) {
    Throwable cause = thrown;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  /**
   * What becomes of a future's value; unlike {@link CompletableFuture#thenApply}, cancelling it
   * cancels the future, and its failures have no wrappers.
   *
   * @param source the future
   * @param value of its value; where it throws, the result fails with that
   * @param <A> type of the future's value
   * @param <B> type of the result's value
   * @return the result
   */
  public static <A, B> CompletableFuture<B> map(CompletableFuture<A> source, Function<A, B> value) {
    CompletableFuture<B> result = new CompletableFuture<>();
    forward(source.thenApply(value), result);
    cancelWith(result, () -> source.cancel(false));
    return result;
  }

  /**
   * Completes a result as a future completes, and cancels the future where the result is cancelled.
   *
   * @param source the future
   * @param result the result
   * @param <T> type of their value
   */
  public static <T> void relay(CompletableFuture<T> source, CompletableFuture<? super T> result) {
    forward(source, result);
    cancelWith(result, () -> source.cancel(false));
  }

  /**
   * Completes a result as a future completes; its failures have no wrappers.
   *
   * @param source the future
   * @param result the result
   * @param <T> type of their value
   */
  public static <T> void forward(CompletableFuture<T> source, CompletableFuture<? super T> result) {
    var unusedEnd =
        source.whenComplete(
            (value, thrown) -> {
              if (thrown == null) {
                result.complete(value);
              } else {
                result.completeExceptionally(cause(thrown));
              }
            });
  }

  /**
   * Gives up what makes a result where the result is cancelled.
   *
   * @param result the result
   * @param cancellation gives it up
   */
  public static void cancelWith(CompletableFuture<?> result, Runnable cancellation) {
    var unusedCancellation =
        result.whenComplete(
            (value, thrown) -> {
              if (result.isCancelled()) {
                cancellation.run();
              }
            });
  }
}
