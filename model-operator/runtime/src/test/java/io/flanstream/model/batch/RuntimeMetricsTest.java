package io.flanstream.model.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is told about the work is what was done. */
@Timeout(300)
class RuntimeMetricsTest {
  private static final BatchSettings SETTINGS =
      TestingRequests.settings(512, 32, Duration.ofMillis(2));

  @Test
  void tokensAreThoseOfTheRequestsByPhase() {
    try (Scheduler scheduler = new Scheduler(new TestingDevice(1, 0), SETTINGS, "test")) {
      List<DeviceCall> calls = new CopyOnWriteArrayList<>();
      scheduler.metrics().listen(calls::add);
      List<CompletableFuture<?>> answers = new ArrayList<>();
      long tokens = 0;
      for (int i = 0; i < 50; i++) {
        int[] prompt = new int[1 + i % 7];
        prompt[0] = i;
        tokens += 2L * prompt.length;
        answers.add(scheduler.submit(Share.DEFAULT, TestingRequests.score(prompt)));
        answers.add(scheduler.submit(Share.DEFAULT, TestingRequests.generate(4, prompt)));
      }
      long written = 0;
      for (CompletableFuture<?> answer : answers) {
        written += answer.join() instanceof SequenceOutput text ? text.tokens().length : 0;
      }
      RuntimeMetrics metrics = scheduler.metrics();
      assertThat(metrics.value(RuntimeMetric.REQUESTS)).isEqualTo(100);
      assertThat(metrics.value(RuntimeMetric.ENCODED_RECORDS)).isEqualTo(100);
      assertThat(metrics.value(RuntimeMetric.ENCODER_TOKENS)).isEqualTo(tokens);
      assertThat(metrics.value(RuntimeMetric.SCORED_POSITIONS))
          .isEqualTo(50L * TestingRequests.TRIE.nodes());
      assertThat(metrics.value(RuntimeMetric.DECODED_POSITIONS)).isEqualTo(written);
      assertThat(metrics.value(RuntimeMetric.DECODER_STEPS)).isBetween(4L, written - 1);
      assertThat(metrics.value(RuntimeMetric.ENCODER_BATCHES)).isBetween(2L, 99L);
      assertThat(metrics.value(RuntimeMetric.TOKEN_BUDGET)).isEqualTo(512);
      assertThat(levels(metrics)).containsOnly(0L);
      assertThat(calls).allMatch(call -> call.nanos() > 0);
      for (DeviceCall.Phase phase : DeviceCall.Phase.values()) {
        assertThat(calls.stream().filter(call -> call.phase() == phase))
            .as("%s", phase)
            .hasSizeGreaterThan(1)
            .extracting(DeviceCall::tokens)
            .satisfies(
                each ->
                    assertThat(each.stream().mapToLong(Long::longValue).sum())
                        .isEqualTo(metrics.value(tokensOf(phase))));
      }
    }
  }

  private static RuntimeMetric tokensOf(DeviceCall.Phase phase) {
    return switch (phase) {
      case ENCODE -> RuntimeMetric.ENCODER_TOKENS;
      case SCORE -> RuntimeMetric.SCORED_POSITIONS;
      case DECODE -> RuntimeMetric.DECODED_POSITIONS;
    };
  }

  @Test
  void paddingIsWhatTheLongestOfABatchLeavesToTheOthers() throws InterruptedException {
    GatedDevice device = new GatedDevice(what -> what.equals("encode"));
    try (Scheduler scheduler = new Scheduler(device, SETTINGS, "test")) {
      CompletableFuture<?> first =
          scheduler.submit(Share.DEFAULT, TestingRequests.score(9, 9, 9, 9, 9, 9, 9, 9));
      device.awaitGate();
      CompletableFuture<?> other = scheduler.submit(Share.DEFAULT, TestingRequests.score(1, 2, 3));
      CompletableFuture<?> same = scheduler.submit(Share.DEFAULT, TestingRequests.score(1, 2, 3));
      CompletableFuture<?> longer =
          scheduler.submit(Share.DEFAULT, TestingRequests.score(4, 5, 6, 7));
      CompletableFuture<?> gone = scheduler.submit(Share.DEFAULT, TestingRequests.score(8));
      gone.cancel(false);
      RuntimeMetrics metrics = scheduler.metrics();
      assertThat(metrics.value(RuntimeMetric.JOINED_REQUESTS)).isEqualTo(1);
      assertThat(metrics.value(RuntimeMetric.WAITING_REQUESTS)).isEqualTo(2);
      assertThat(metrics.value(RuntimeMetric.WAITING_TOKENS)).isEqualTo(7);
      long start = System.nanoTime();
      while (metrics.value(RuntimeMetric.OLDEST_WAIT_MILLIS) < 5) {
        Thread.onSpinWait();
      }
      assertThat(System.nanoTime() - start).isLessThan(Duration.ofSeconds(30).toNanos());
      device.open(9);
      CompletableFuture.allOf(first, other, same, longer).join();
      assertThat(metrics.value(RuntimeMetric.PADDING_TOKENS)).isEqualTo(1);
      assertThat(metrics.value(RuntimeMetric.ENCODER_BATCHES)).isEqualTo(2);
      assertThat(metrics.value(RuntimeMetric.ENCODER_TOKENS)).isEqualTo(15);
      assertThat(metrics.value(RuntimeMetric.QUEUED_MILLIS)).isGreaterThanOrEqualTo(10);
      assertThat(metrics.value(RuntimeMetric.ENCODE_MILLIS)).isGreaterThanOrEqualTo(5);
      assertThat(levels(metrics)).containsOnly(0L);
    }
  }

  @Test
  void rowsAndTheirCachesAreToldWhileTheyDecode() throws InterruptedException {
    GatedDevice device = new GatedDevice(what -> what.equals("step"));
    try (Scheduler scheduler = new Scheduler(device, SETTINGS, "test")) {
      CompletableFuture<SequenceOutput> answer =
          scheduler.submit(Share.DEFAULT, TestingRequests.generate(9, 6, 1));
      device.awaitGate();
      RuntimeMetrics metrics = scheduler.metrics();
      assertThat(metrics.value(RuntimeMetric.DECODING_ROWS)).isEqualTo(1);
      assertThat(metrics.value(RuntimeMetric.CACHE_BYTES))
          .isPositive()
          .isLessThan(metrics.value(RuntimeMetric.CACHE_BUDGET_BYTES));
      device.open(9);
      answer.join();
      assertThat(levels(metrics)).containsOnly(0L);
    }
  }

  @Test
  void splitsAndMemoryThatRanOutAreCounted() {
    TestingDevice device = new TestingDevice(1, 0);
    device.mostTokens = 100;
    device.mostDecoding = 3;
    try (Scheduler scheduler = new Scheduler(device, SETTINGS, "test")) {
      List<CompletableFuture<?>> answers = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        answers.add(
            scheduler.submit(
                Share.DEFAULT, TestingRequests.generate(9, 6 + 7 * i, 1, 1, 1, 1, 1, 1, 1)));
      }
      answers.forEach(CompletableFuture::join);
      RuntimeMetrics metrics = scheduler.metrics();
      assertThat(metrics.value(RuntimeMetric.SPLITS)).isPositive();
      assertThat(metrics.value(RuntimeMetric.OUT_OF_MEMORY))
          .isGreaterThanOrEqualTo(metrics.value(RuntimeMetric.SPLITS));
    }
  }

  private static Stream<Long> levels(RuntimeMetrics metrics) {
    return Stream.of(
            RuntimeMetric.WAITING_REQUESTS,
            RuntimeMetric.WAITING_TOKENS,
            RuntimeMetric.OLDEST_WAIT_MILLIS,
            RuntimeMetric.DECODING_ROWS,
            RuntimeMetric.CACHE_BYTES)
        .map(metrics::value);
  }
}
