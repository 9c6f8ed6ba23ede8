package io.flanstream.operators.serialize;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class CommitDeadlineTest {
  private long now;
  private final CommitDeadline deadline = new CommitDeadline(Duration.ofSeconds(10), () -> now);

  @Test
  void countsFromTheBeginningOfTheLastThatCompleted() {
    at(9);
    deadline.snapshot(1);
    at(10);
    deadline.snapshot(2);
    deadline.complete(1);

    at(19);
    assertThatCode(() -> deadline.snapshot(3)).doesNotThrowAnyException();
    at(20);
    assertIsTooLate(4);
  }

  @Test
  void countsFromTheStartUntilOneCompletes() {
    at(5);
    deadline.snapshot(1);
    at(11);
    assertIsTooLate(2);
  }

  @Test
  void settlesThoseBeforeOneThatCompletes() {
    deadline.snapshot(1);
    at(5);
    deadline.snapshot(2);
    deadline.complete(2);
    deadline.complete(1);

    at(15);
    assertThatCode(() -> deadline.snapshot(3)).doesNotThrowAnyException();
  }

  private void at(long seconds) {
    now = Duration.ofSeconds(seconds).toNanos();
  }

  private void assertIsTooLate(long checkpoint) {
    assertThatThrownBy(() -> deadline.snapshot(checkpoint))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "Cannot keep transactions open: the last Flink checkpoint to complete must have begun at most 10 s ago, got 11 s");
  }
}
