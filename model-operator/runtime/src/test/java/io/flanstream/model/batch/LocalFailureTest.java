package io.flanstream.model.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flanstream.model.decode.Constraint;
import io.flanstream.model.device.DeviceException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Only the request that causes a failure has it, wherever it happens. */
@Timeout(300)
class LocalFailureTest {
  private static final BatchSettings SETTINGS =
      TestingRequests.settings(512, 32, Duration.ofMillis(2));

  @ParameterizedTest
  @EnumSource(TestingDevice.Stage.class)
  void aPoisonedRequestFailsAlone(TestingDevice.Stage stage) {
    TestingDevice device = new TestingDevice(1, 0);
    try (Scheduler scheduler = new Scheduler(device, SETTINGS, "test")) {
      List<Request<?>> requests = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        requests.add(TestingRequests.score(i, 1));
        requests.add(TestingRequests.generate(9, i, 1));
        requests.add(Request.rank(new int[] {i, 1}, TestingRequests.WIDE, 2));
      }
      int[] poison = {TestingDevice.poison(stage), 1};
      Request<?> bad =
          stage == TestingDevice.Stage.SCORE
              ? TestingRequests.score(poison)
              : TestingRequests.generate(9, poison);
      requests.add(11, bad);
      List<CompletableFuture<?>> answers = new ArrayList<>();
      requests.forEach(request -> answers.add(scheduler.submit(Share.DEFAULT, request)));
      for (int i = 0; i < requests.size(); i++) {
        if (i == 11) {
          assertThatThrownBy(answers.get(i)::join)
              .isInstanceOf(CompletionException.class)
              .hasCauseInstanceOf(DeviceException.class)
              .hasMessageContaining("Cannot " + stage + " poison");
        } else {
          assertThat(TestingRequests.isRight(requests.get(i), answers.get(i).join())).isTrue();
        }
      }
    }
    assertThat(device.largestBatch.get()).isGreaterThan(1);
    assertThat(device.open).hasValue(0);
  }

  @Test
  void aConstraintThatFailsFailsItsRequestAlone() {
    TestingDevice device = new TestingDevice(1, 0);
    try (Scheduler scheduler = new Scheduler(device, SETTINGS, "test")) {
      CompletableFuture<SequenceOutput> asking =
          scheduler.submit(Share.DEFAULT, TestingRequests.generate(new Broken(0, true), 6, 1));
      CompletableFuture<SequenceOutput> going =
          scheduler.submit(Share.DEFAULT, TestingRequests.generate(new Broken(0, false), 6, 2));
      CompletableFuture<SequenceOutput> good =
          scheduler.submit(Share.DEFAULT, TestingRequests.generate(9, 6, 3));
      assertThat(good.join().tokens()).hasSize(7);
      assertThatThrownBy(asking::join).hasMessageContaining("cannot say what is allowed");
      assertThatThrownBy(going::join).hasMessageContaining("cannot go on");
    }
  }

  @Test
  void memoryThatRunsOutSplitsBatchesAndShrinksThemForAWhile() {
    TestingDevice device = new TestingDevice(1, 0);
    device.mostTokens = 100;
    device.mostDecoding = 3;
    try (Scheduler scheduler = new Scheduler(device, SETTINGS, "test")) {
      List<CompletableFuture<SequenceOutput>> answers = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        answers.add(
            scheduler.submit(
                Share.DEFAULT, TestingRequests.generate(9, 6 + 7 * i, 1, 1, 1, 1, 1, 1, 1)));
      }
      answers.forEach(answer -> assertThat(answer.join().tokens()).hasSize(7));
      CompletableFuture<double[]> tooLarge =
          scheduler.submit(Share.DEFAULT, TestingRequests.score(new int[101]));
      assertThatThrownBy(tooLarge::join)
          .hasCauseInstanceOf(DeviceException.class)
          .hasMessageContaining("Cannot encode so much");
    }
  }

  @Test
  void aBudgetShrinksAtOnceAndRecoversSlowly() {
    Budget budget = new Budget(4096);
    budget.shrink(3000);
    assertThat(budget.current()).isEqualTo(1500);
    budget.shrink(4000);
    assertThat(budget.current()).isEqualTo(750);
    int batches = 0;
    while (budget.current() < 4096) {
      budget.recover();
      batches++;
    }
    assertThat(batches).isBetween(50, 64);
    budget.recover();
    assertThat(budget.current()).isEqualTo(4096);
  }

  /** Fails at its third step, when it is asked or when it goes on. */
  private record Broken(int steps, boolean whenAsked) implements Constraint {
    @Override
    public int[] allowed() {
      if (whenAsked && steps == 2) {
        throw new IllegalStateException("cannot say what is allowed");
      }
      return new int[] {9};
    }

    @Override
    public Constraint next(int token) {
      if (steps == 2) {
        throw new IllegalStateException("cannot go on");
      }
      return new Broken(steps + 1, whenAsked);
    }
  }
}
