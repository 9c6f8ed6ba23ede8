package io.flanstream.model.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flanstream.model.device.DeviceException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** One model on several devices. */
class ReplicasTest {
  private static final BatchSettings SETTINGS =
      TestingRequests.settings(512, 32, Duration.ofMillis(2));
  private static final int ENOUGH = 10_000;

  @Test
  void requestsAreAnsweredRightByWhicheverDevice() {
    TestingDevice first = new TestingDevice(1, 0);
    TestingDevice second = new TestingDevice(2, 0);
    try (Replicas replicas = replicas(first, second)) {
      List<Request<?>> requests = new ArrayList<>();
      for (int i = 0; i < 300; i++) {
        requests.add(TestingRequests.score(i, 1));
        requests.add(TestingRequests.generate(9, i, 1));
      }
      List<CompletableFuture<?>> answers = new ArrayList<>();
      requests.forEach(request -> answers.add(replicas.submit(Share.DEFAULT, request)));
      for (int i = 0; i < requests.size(); i++) {
        assertThat(TestingRequests.isRight(requests.get(i), answers.get(i).join())).isTrue();
      }
      assertThat(replicas.metrics().value(RuntimeMetric.REQUESTS)).isEqualTo(600);
      assertThat(replicas.metrics().value(RuntimeMetric.ENCODER_BATCHES)).isPositive();
      assertThat(replicas.metrics().value(RuntimeMetric.WAITING_REQUESTS)).isZero();
    }
    assertThat(first.largestBatch.get()).isPositive();
    assertThat(second.largestBatch.get()).isPositive();
    assertThat(first.open).hasValue(0);
    assertThat(second.open).hasValue(0);
  }

  @Test
  void aRequestGoesWhereTheFewestTokensArePending() {
    GatedDevice first = new GatedDevice(any -> true);
    GatedDevice second = new GatedDevice(any -> true);
    Scheduler busy = new Scheduler(first, SETTINGS, "busy");
    Scheduler idle = new Scheduler(second, SETTINGS, "idle");
    try (Replicas replicas = new Replicas(List.of(busy, idle))) {
      List<CompletableFuture<?>> answers = new ArrayList<>();
      answers.add(replicas.submit(Share.DEFAULT, TestingRequests.score(new int[100])));
      for (int i = 1; i <= 20; i++) {
        answers.add(replicas.submit(Share.DEFAULT, TestingRequests.score(i, 2, 3, 4, 1)));
      }
      assertThat(busy.metrics().value(RuntimeMetric.REQUESTS)).isEqualTo(1);
      assertThat(idle.metrics().value(RuntimeMetric.REQUESTS)).isEqualTo(20);
      answers.add(replicas.submit(Share.DEFAULT, TestingRequests.score(30, 1)));
      assertThat(busy.metrics().value(RuntimeMetric.REQUESTS)).isEqualTo(2);
      first.open(ENOUGH);
      second.open(ENOUGH);
      answers.forEach(CompletableFuture::join);
    }
  }

  @Test
  void equalRequestsMeetOnOneDevice() {
    GatedDevice first = new GatedDevice(any -> true);
    GatedDevice second = new GatedDevice(any -> true);
    try (Replicas replicas = replicas(first, second)) {
      List<CompletableFuture<?>> answers = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        answers.add(replicas.submit(Share.DEFAULT, TestingRequests.score(5, 6, 1)));
      }
      assertThat(replicas.metrics().value(RuntimeMetric.JOINED_REQUESTS)).isEqualTo(9);
      first.open(ENOUGH);
      second.open(ENOUGH);
      answers.forEach(CompletableFuture::join);
    }
  }

  @Test
  void callsOfAllDevicesAreTold() {
    try (Replicas replicas = replicas(new TestingDevice(1, 0), new TestingDevice(2, 0))) {
      List<DeviceCall> calls = new CopyOnWriteArrayList<>();
      Consumer<DeviceCall> listener = calls::add;
      replicas.metrics().listen(listener);
      for (int i = 0; i < 20; i++) {
        replicas.submit(Share.DEFAULT, TestingRequests.score(i, 1)).join();
      }
      replicas.metrics().unlisten(listener);
      replicas.submit(Share.DEFAULT, TestingRequests.score(20, 1)).join();
      assertThat(calls.stream().filter(call -> call.phase() == DeviceCall.Phase.ENCODE))
          .hasSize(20)
          .allMatch(call -> call.records() == 1 && call.tokens() == 2);
    }
  }

  @Test
  void aDeviceThatIsGivenUpIsAskedNoMore() {
    TestingDevice lost =
        new TestingDevice(1, 0) {
          @Override
          void work(String what) {
            throw new DeviceException(DeviceException.Kind.FATAL, "CUDA error: gone", null);
          }
        };
    try (Replicas replicas = replicas(lost, new TestingDevice(2, 0))) {
      CompletableFuture<?> unlucky = replicas.submit(Share.DEFAULT, TestingRequests.score(7, 1));
      assertThatThrownBy(unlucky::join).hasMessageContaining("gone");
      for (int i = 0; i < 20; i++) {
        assertThat(replicas.submit(Share.DEFAULT, TestingRequests.score(i, 1)).join()).isNotNull();
      }
    }
  }

  private static Replicas replicas(TestingDevice first, TestingDevice second) {
    return new Replicas(
        List.of(
            new Scheduler(first, SETTINGS, "first"), new Scheduler(second, SETTINGS, "second")));
  }
}
