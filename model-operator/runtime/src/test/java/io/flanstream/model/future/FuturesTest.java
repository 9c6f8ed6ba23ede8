package io.flanstream.model.future;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

class FuturesTest {
  private final CompletableFuture<String> source = new CompletableFuture<>();

  @Test
  void aMappedValueIsTheValueMapped() {
    CompletableFuture<Integer> result = Futures.map(source, String::length);
    assertThat(result).isNotDone();
    source.complete("four");
    assertThat(result).isCompletedWithValue(4);
  }

  @Test
  void aFailureComesWithoutItsWrappers() {
    IllegalStateException failure = new IllegalStateException("no");
    CompletableFuture<Integer> result =
        Futures.map(Futures.map(source.thenApply(value -> value), value -> value), String::length);
    source.completeExceptionally(failure);
    assertThat(thrownBy(result)).isSameAs(failure);
  }

  @Test
  void aMappingThatThrowsFailsTheResult() {
    IllegalArgumentException failure = new IllegalArgumentException("no");
    CompletableFuture<Integer> result =
        Futures.map(
            source,
            value -> {
              throw failure;
            });
    source.complete("four");
    assertThat(thrownBy(result)).isSameAs(failure);
  }

  @Test
  void cancellingAResultCancelsAllThatItComesFrom() {
    CompletableFuture<Object> result = new CompletableFuture<>();
    Futures.relay(Futures.map(source, String::length), result);
    result.cancel(false);
    assertThat(source).isCancelled();
  }

  @Test
  void aResultThatFailsElsewhereLeavesTheSourceAlone() {
    CompletableFuture<Object> result = new CompletableFuture<>();
    Futures.relay(source, result);
    result.completeExceptionally(new IllegalStateException("late"));
    assertThat(source).isNotDone();
  }

  @Test
  void aSourceThatIsCancelledCancelsTheResult() {
    CompletableFuture<Object> result = new CompletableFuture<>();
    Futures.relay(source, result);
    source.cancel(false);
    assertThat(result).isCancelled();
    assertThat(catchThrowable(result::get)).isInstanceOf(CancellationException.class);
  }

  private static Throwable thrownBy(CompletableFuture<?> result) {
    Throwable thrown = catchThrowable(result::get);
    assertThat(thrown).isInstanceOf(ExecutionException.class);
    return thrown.getCause();
  }
}
