package io.flanstream.model.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.streaming.api.functions.async.CollectionSupplier;
import org.apache.flink.streaming.api.functions.async.ResultFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class BytesInFlightTest {
  private final BytesInFlight bytes = new BytesInFlight(100);
  private final TestingResult answers = new TestingResult();

  @Test
  void admitsWhatThereIsRoomFor() throws InterruptedException {
    ResultFuture<String> first = bytes.admit(60, answers);
    ResultFuture<String> second = bytes.admit(40, answers);
    assertThat(bytes.taken()).isEqualTo(100);

    first.complete(List.of("first"));
    assertThat(bytes.taken()).isEqualTo(40);
    second.complete(() -> List.of("second"));

    assertThat(bytes.taken()).isZero();
    assertThat(answers.values).containsExactly("first", "second");
  }

  @Test
  void waitsForAnAnswerWhereThereIsNoRoom() throws ExecutionException, InterruptedException {
    ResultFuture<String> first = bytes.admit(60, answers);
    FutureTask<ResultFuture<String>> second = new FutureTask<>(() -> bytes.admit(41, answers));
    awaitBlocked(second);

    first.completeExceptionally(new TimeoutException());

    assertThat(second.get()).isNotNull();
    assertThat(bytes.taken()).isEqualTo(41);
    assertThat(answers.error).isCompletedExceptionally();
  }

  @Test
  void admitsWhatIsLargerThanAllAlone() throws ExecutionException, InterruptedException {
    ResultFuture<String> large = bytes.admit(1000, answers);
    FutureTask<ResultFuture<String>> small = new FutureTask<>(() -> bytes.admit(1, answers));
    awaitBlocked(small);

    large.complete(List.of());

    assertThat(small.get()).isNotNull();
    assertThat(bytes.taken()).isEqualTo(1);
  }

  @Test
  void givesBackOnce() throws InterruptedException {
    ResultFuture<String> first = bytes.admit(10, answers);
    bytes.admit(20, answers);

    first.complete(List.of());
    first.completeExceptionally(new TimeoutException());

    assertThat(bytes.taken()).isEqualTo(20);
  }

  @Test
  void isInterruptedAsATaskIsThatIsCancelled() throws InterruptedException {
    bytes.admit(100, answers);
    FutureTask<ResultFuture<String>> second = new FutureTask<>(() -> bytes.admit(1, answers));

    awaitBlocked(second).interrupt();

    assertThatThrownBy(second::get).hasCauseInstanceOf(InterruptedException.class);
  }

  private static Thread awaitBlocked(Runnable task) throws InterruptedException {
    Thread thread = new Thread(task);
    thread.start();
    while (thread.getState() != Thread.State.WAITING) {
      TimeUnit.MILLISECONDS.sleep(1);
    }
    return thread;
  }

  private static final class TestingResult implements ResultFuture<String> {
    private final List<String> values = new ArrayList<>();
    private final CompletableFuture<String> error = new CompletableFuture<>();

    @Override
    public void complete(Collection<String> answer) {
      values.addAll(answer);
    }

    @Override
    public void complete(CollectionSupplier<String> supplier) {
      try {
        values.addAll(supplier.get());
      } catch (Exception e) {
        throw new AssertionError(e);
      }
    }

    @Override
    public void completeExceptionally(Throwable thrown) {
      error.completeExceptionally(thrown);
    }
  }
}
