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
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class ContinuousBatchingTest {
  private static final int MANY = 1_000_000;
  private static final Constraint REPEATING = new Repeating(Integer.MAX_VALUE);
  private static final BatchSettings AT_ONCE = TestingRequests.settings(64, 8, Duration.ZERO);
  private static final BatchSettings LAZY =
      TestingRequests.settings(1000, 100, Duration.ofHours(1));

  @Test
  void aRequestJoinsThoseThatDecodeAndIsDoneBeforeThem() throws InterruptedException {
    GatedDevice device = new GatedDevice("step"::equals);
    try (Scheduler scheduler = new Scheduler(device, AT_ONCE, "test")) {
      CompletableFuture<SequenceOutput> slow =
          ask(scheduler, TestingRequests.generate(REPEATING, 6, 1));
      device.awaitGate();
      CompletableFuture<SequenceOutput> quick = ask(scheduler, TestingRequests.generate(9, 7, 1));
      while (device.mostRows.get() < 2) {
        device.open(1);
        device.awaitGate();
      }
      device.open(1);
      assertThat(quick.join().tokens()).containsExactly(TestingDevice.END);
      assertThat(slow).isNotDone();
      device.open(MANY);
      assertThat(slow.join().tokens()).hasSize(TestingRequests.MANY_TOKENS).containsOnly(9);
    }
  }

  /** A step costs nearly the same for few rows as for many. */
  @Test
  void requestsThatWaitJoinBeforeTheFirstStep() throws InterruptedException {
    GatedDevice device = new GatedDevice("encode"::equals);
    BatchSettings twoAtOnce = new BatchSettings(64, 2, 8, 0, Duration.ZERO, Duration.ofMinutes(1));
    try (Scheduler scheduler = new Scheduler(device, twoAtOnce, "test")) {
      List<CompletableFuture<SequenceOutput>> written = new ArrayList<>();
      written.add(ask(scheduler, TestingRequests.generate(2, 6, 1)));
      device.awaitGate();
      for (int i = 2; i < 8; i++) {
        written.add(ask(scheduler, TestingRequests.generate(2, 6, i)));
      }
      device.open(MANY);
      CompletableFuture.allOf(written.toArray(CompletableFuture[]::new)).join();
      assertThat(device.mostRows).hasValue(written.size());
    }
  }

  @Test
  void aCancelledRequestGivesItsRowToTheNext() throws InterruptedException {
    GatedDevice device = new GatedDevice("step"::equals);
    BatchSettings oneRow = new BatchSettings(64, 8, 1, 0, Duration.ZERO, Duration.ofMinutes(1));
    try (Scheduler scheduler = new Scheduler(device, oneRow, "test")) {
      CompletableFuture<SequenceOutput> first =
          ask(scheduler, TestingRequests.generate(REPEATING, 6, 1));
      CompletableFuture<SequenceOutput> second = ask(scheduler, TestingRequests.generate(9, 6, 2));
      device.awaitGate();
      first.cancel(false);
      device.open(1 + 7);
      assertThat(second.join().tokens()).hasSize(7);
      assertThat(device.mostRows).hasValue(1);
    }
    assertThat(device.open).hasValue(0);
  }

  @Test
  void aCancelledRequestNeverComesToTheDevice() throws InterruptedException {
    GatedDevice device = new GatedDevice("encode"::equals);
    try (Scheduler scheduler = new Scheduler(device, AT_ONCE, "test")) {
      CompletableFuture<double[]> first = ask(scheduler, TestingRequests.score(1));
      device.awaitGate();
      ask(scheduler, TestingRequests.score(2)).cancel(false);
      CompletableFuture<double[]> third = ask(scheduler, TestingRequests.score(3));
      device.open(MANY);
      CompletableFuture.allOf(first, third).join();
      assertThat(device.encoded).hasValue(2);
    }
  }

  @Test
  void equalRequestsAreComputedOnceAndCancelledOneByOne() throws InterruptedException {
    GatedDevice device = new GatedDevice("encode"::equals);
    try (Scheduler scheduler = new Scheduler(device, AT_ONCE, "test")) {
      CompletableFuture<double[]> first = ask(scheduler, TestingRequests.score(1, 2));
      device.awaitGate();
      CompletableFuture<double[]> second = ask(scheduler, TestingRequests.score(1, 2));
      CompletableFuture<double[]> third =
          scheduler.submit(new Share("other", 1, 3), TestingRequests.score(1, 2));
      first.cancel(false);
      third.orTimeout(1, TimeUnit.NANOSECONDS);
      device.open(MANY);
      assertThat(TestingRequests.isRight(TestingRequests.score(1, 2), second.join())).isTrue();
      assertThat(device.encoded).hasValue(1);
      assertThat(ask(scheduler, TestingRequests.score(1, 2)).join()).isNotNull();
      assertThat(device.encoded).hasValue(2);
    }
  }

  @Test
  void aRequestStaysWhileOneCallerWaits() throws InterruptedException {
    GatedDevice device = new GatedDevice("encode"::equals);
    try (Scheduler scheduler = new Scheduler(device, AT_ONCE, "test")) {
      var unused = ask(scheduler, TestingRequests.score(1));
      device.awaitGate();
      CompletableFuture<double[]> leaving = ask(scheduler, TestingRequests.score(2));
      CompletableFuture<double[]> staying = ask(scheduler, TestingRequests.score(2));
      leaving.cancel(false);
      device.open(MANY);
      assertThat(TestingRequests.isRight(TestingRequests.score(2), staying.join())).isTrue();
    }
  }

  @Test
  void closingFailsWhatWaitsAndRefusesWhatComes() {
    TestingDevice device = new TestingDevice(1, 0);
    Scheduler scheduler = new Scheduler(device, LAZY, "test");
    CompletableFuture<double[]> waiting = ask(scheduler, TestingRequests.score(1));
    scheduler.close();
    for (CompletableFuture<?> one : List.of(waiting, ask(scheduler, TestingRequests.score(1)))) {
      assertThatThrownBy(one::join)
          .hasCauseInstanceOf(SchedulerClosedException.class)
          .hasMessageContaining("the model was closed");
    }
    assertThat(device.closed).isTrue();
  }

  @Test
  void drainingAnswersWhatWaitsAndRefusesWhatComes() {
    TestingDevice device = new TestingDevice(1, 0);
    Scheduler scheduler = new Scheduler(device, LAZY, "test");
    List<CompletableFuture<?>> waiting = new ArrayList<>();
    for (int i = 1; i < 20; i++) {
      waiting.add(ask(scheduler, TestingRequests.score(i)));
      waiting.add(ask(scheduler, TestingRequests.generate(9, i)));
    }
    scheduler.drain();
    assertThat(waiting).allMatch(answer -> answer.isDone() && !answer.isCompletedExceptionally());
    assertThatThrownBy(() -> ask(scheduler, TestingRequests.score(1)).join())
        .hasCauseInstanceOf(SchedulerClosedException.class);
    assertThat(device.closed).isTrue();
  }

  @Test
  void aDeviceThatHangsFailsEverythingAndHoldsUpNobody() throws InterruptedException {
    GatedDevice device = new GatedDevice("encode"::equals);
    BatchSettings impatient = new BatchSettings(64, 8, 8, 0, Duration.ZERO, Duration.ofMillis(50));
    Scheduler scheduler = new Scheduler(device, impatient, "test");
    CompletableFuture<double[]> running = ask(scheduler, TestingRequests.score(1));
    device.awaitGate();
    CompletableFuture<double[]> waiting = ask(scheduler, TestingRequests.score(2));
    for (CompletableFuture<?> one : List.of(running, waiting)) {
      assertThatThrownBy(one::join)
          .isInstanceOf(CompletionException.class)
          .hasMessageContaining(
              "a call of the device must return within model.call-timeout = PT0.05S, and had not");
    }
    scheduler.close();
    assertThatThrownBy(() -> ask(scheduler, TestingRequests.score(3)).join())
        .hasCauseInstanceOf(DeviceException.class);
    device.open(MANY);
  }

  @Test
  void aDeviceThatComesBackTooLateIsClosed() throws InterruptedException {
    GatedDevice device = new GatedDevice("encode"::equals);
    BatchSettings impatient = new BatchSettings(64, 8, 8, 0, Duration.ZERO, Duration.ofMillis(50));
    Scheduler scheduler = new Scheduler(device, impatient, "test");
    int poison = TestingDevice.poison(TestingDevice.Stage.ENCODE);
    CompletableFuture<double[]> running = ask(scheduler, TestingRequests.score(poison));
    assertThatThrownBy(running::join).hasMessageContaining("must return within model.call-timeout");
    device.open(MANY);
    device.awaitClosed();
  }

  @Test
  void anAnswersReceiverMayCloseTheScheduler() {
    TestingDevice device = new TestingDevice(1, 0);
    Scheduler scheduler = new Scheduler(device, AT_ONCE, "test");
    CompletableFuture<Void> closed =
        ask(scheduler, TestingRequests.score(1)).thenAccept(any -> scheduler.close());
    closed.join();
    assertThat(device.closed).isTrue();
  }

  @Test
  void rowsAreGivenOutAQuarterAtATime() {
    TestingDevice device = new TestingDevice(1, 0);
    BatchSettings settings = TestingRequests.settings(10_000, 16, Duration.ZERO);
    DeviceWorker worker =
        new DeviceWorker(device, settings, new AnswerDispatcher("test"), new RuntimeMetrics());
    assertThat(worker.room(100).rows()).isEqualTo(16);
    worker.run(pending(13));
    assertThat(worker.room(100).rows()).isZero();
    assertThat(worker.room(3).rows()).isEqualTo(3);
    worker.close();
    worker.run(pending(12));
    assertThat(worker.room(100).rows()).isEqualTo(4);
    worker.close();
  }

  private static List<InFlightRequest<?>> pending(int count) {
    List<InFlightRequest<?>> batch = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      batch.add(
          new InFlightRequest<>(
              TestingRequests.generate(9, 6, i), Share.DEFAULT, new ConcurrentHashMap<>()));
    }
    return batch;
  }

  @Test
  void theCachesKeepToTheirBudgetThoughAnswersGrow() {
    TestingDevice device = new TestingDevice(1, 0);
    BatchSettings small = new BatchSettings(64, 8, 8, 120, Duration.ZERO, Duration.ofMinutes(1));
    try (Scheduler scheduler = new Scheduler(device, small, "test")) {
      List<CompletableFuture<SequenceOutput>> shortOnes = new ArrayList<>();
      List<CompletableFuture<SequenceOutput>> longOnes = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        shortOnes.add(ask(scheduler, TestingRequests.generate(9, 6 + 7 * i, 1)));
        longOnes.add(ask(scheduler, TestingRequests.generate(new Repeating(100), 6, i)));
      }
      int[] large = IntStream.range(6, 206).toArray();
      shortOnes.add(ask(scheduler, TestingRequests.generate(9, large)));
      shortOnes.forEach(answer -> assertThat(answer.join().tokens()).hasSize(7));
      longOnes.forEach(answer -> assertThat(answer.join().tokens()).hasSize(101));
    }
    assertThat(device.mostRows.get()).isGreaterThan(2);
    assertThat(device.mostBytes.get()).isBetween(60L, 120L);
  }

  private static <T> CompletableFuture<T> ask(Scheduler scheduler, Request<T> request) {
    return scheduler.submit(Share.DEFAULT, request);
  }

  /** Forces one token again and again, then the end. */
  private record Repeating(int left) implements Constraint {
    @Override
    public int[] allowed() {
      return new int[] {left > 0 ? 9 : TestingDevice.END};
    }

    @Override
    public Constraint next(int token) {
      return new Repeating(left - 1);
    }
  }
}
