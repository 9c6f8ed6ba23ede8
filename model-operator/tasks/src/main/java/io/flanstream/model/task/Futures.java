package io.flanstream.model.task;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** What CompletableFuture lacks for lists. */
final class Futures {

  private Futures() {}

  /** The values of all futures, in their order; fails when one of them has failed and all ended. */
  static <T> CompletableFuture<List<T>> all(List<CompletableFuture<T>> futures) {
    return CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new))
        .thenApply(all -> futures.stream().map(CompletableFuture::join).toList());
  }

  /** What went wrong, without the wrappers of chained futures. */
  static Throwable cause(Throwable thrown) {
    Throwable cause = thrown;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }
}
