package io.flanstream.model.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flanstream.model.decode.ChoiceTrie;
import io.flanstream.model.device.DeviceException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class SchedulerTest {
  private static final BatchSettings SETTINGS = new BatchSettings(64, 8, Duration.ofMillis(1));
  private static final ChoiceTrie TRIE =
      ChoiceTrie.of(List.of(new int[] {5, 1}, new int[] {5, 6, 1}, new int[] {7, 1}), 0);
  private static final ChoiceTrie OTHER =
      ChoiceTrie.of(List.of(new int[] {8, 1}, new int[] {9, 1}), 0);

  @Test
  void everyRequestIsAnsweredOverManySeeds() throws InterruptedException {
    for (int seed = 0; seed < 2000; seed++) {
      new Run(seed, seed % 3 == 0 ? 0.02 : 0).run();
    }
  }

  @Test
  void aPoisonedRequestFailsAlone() {
    TestingDevice device = new TestingDevice(1, 0);
    try (Scheduler scheduler = new Scheduler(device, SETTINGS, "test")) {
      List<Request<double[]>> good = new ArrayList<>();
      Request<double[]> bad = Request.score(new int[] {TestingDevice.POISON, 1}, TRIE);
      for (int i = 0; i < 30; i++) {
        good.add(Request.score(new int[] {i, 1}, TRIE));
        scheduler.submit(good.get(i));
        if (i == 11) {
          scheduler.submit(bad);
        }
      }
      for (int i = 0; i < 30; i++) {
        assertThat(good.get(i).answer().join()).isEqualTo(expected(new int[] {i, 1}, TRIE));
      }
      assertThatThrownBy(() -> bad.answer().join())
          .isInstanceOf(CompletionException.class)
          .hasCauseInstanceOf(DeviceException.class)
          .hasMessageContaining("Cannot encode poison");
    }
    assertThat(device.largestBatch.get()).isGreaterThan(1);
    assertThat(device.open.get()).isZero();
    assertThat(device.closed).isTrue();
  }

  @Test
  void batchesKeepToTheBounds() {
    BatchSettings tight = new BatchSettings(10, 3, Duration.ofMillis(20));
    RequestQueue queue = new RequestQueue(tight);
    for (int length : new int[] {4, 9, 4, 5, 30, 4, 4, 1}) {
      queue.add(Request.score(new int[length], TRIE));
    }
    List<List<Integer>> lengths = new ArrayList<>();
    int left = 8;
    while (left > 0) {
      List<Request<?>> batch = take(queue);
      lengths.add(batch.stream().map(Request::length).toList());
      left -= batch.size();
    }
    assertThat(lengths)
        .allSatisfy(
            batch -> {
              int longest = batch.stream().mapToInt(Integer::intValue).max().orElseThrow();
              assertThat(batch.size()).isLessThanOrEqualTo(3);
              assertThat(batch.size() == 1 || longest * batch.size() <= 10).isTrue();
            });
    assertThat(lengths.get(0)).containsExactly(4, 4);
  }

  private static List<Request<?>> take(RequestQueue queue) {
    try {
      return queue.take();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void closingFailsWhatWaitsAndRefusesWhatComes() {
    TestingDevice device = new TestingDevice(1, 0);
    Scheduler scheduler =
        new Scheduler(device, new BatchSettings(1000, 1000, Duration.ofHours(1)), "test");
    Request<double[]> waiting = Request.score(new int[] {1}, TRIE);
    scheduler.submit(waiting);
    scheduler.close();
    Request<double[]> late = Request.score(new int[] {1}, TRIE);
    scheduler.submit(late);
    for (Request<double[]> request : List.of(waiting, late)) {
      assertThatThrownBy(() -> request.answer().join())
          .hasCauseInstanceOf(SchedulerClosedException.class)
          .hasMessageContaining("the model was closed");
    }
    assertThat(device.closed).isTrue();
  }

  private static double[] expected(int[] prompt, ChoiceTrie trie) {
    int sum = Arrays.stream(prompt).sum();
    float[] edges = new float[trie.edgeTokens().length];
    for (int edge = 0; edge < edges.length; edge++) {
      edges[edge] = -((sum + trie.edgeTokens()[edge]) % 17);
    }
    return trie.choiceLogprobs(edges);
  }

  /** Two clients, mixed work, cancellation, failures, and sometimes a close in the middle. */
  private static final class Run {
    private final long seed;
    private final boolean failing;
    private final TestingDevice device;
    private final Scheduler scheduler;

    Run(long seed, double failureRate) {
      this.seed = seed;
      this.failing = failureRate > 0;
      this.device = new TestingDevice(seed, failureRate);
      this.scheduler = new Scheduler(device, SETTINGS, "test-" + seed);
    }

    void run() throws InterruptedException {
      boolean closeEarly = seed % 5 == 0;
      CountDownLatch started = new CountDownLatch(2);
      List<List<Asked>> asked = List.of(new ArrayList<>(), new ArrayList<>());
      List<Thread> clients = new ArrayList<>();
      for (int client = 0; client < 2; client++) {
        List<Asked> mine = asked.get(client);
        Random random = new Random(seed * 2 + client);
        Thread thread = new Thread(() -> ask(random, mine, started));
        clients.add(thread);
        thread.start();
      }
      started.await();
      if (closeEarly) {
        scheduler.close();
      }
      for (Thread client : clients) {
        client.join();
      }
      for (List<Asked> mine : asked) {
        for (Asked one : mine) {
          one.check(closeEarly, failing);
        }
      }
      scheduler.close();
      assertThat(device.open.get()).as("encodings left open by seed %d", seed).isZero();
    }

    private void ask(Random random, List<Asked> mine, CountDownLatch started) {
      for (int i = 0; i < 12; i++) {
        int[] prompt = random.ints(1 + random.nextInt(20), 2, 500).toArray();
        Asked one =
            random.nextBoolean()
                ? Asked.score(prompt, random.nextBoolean() ? TRIE : OTHER)
                : Asked.generate(prompt, 1 + random.nextInt(9));
        mine.add(one);
        scheduler.submit(one.request);
        if (random.nextInt(10) == 0) {
          one.request.answer().cancel(false);
        }
        started.countDown();
      }
    }
  }

  private record Asked(Request<?> request, Object want) {
    static Asked score(int[] prompt, ChoiceTrie trie) {
      return new Asked(Request.score(prompt, trie), expected(prompt, trie));
    }

    static Asked generate(int[] prompt, int maxNewTokens) {
      return new Asked(
          Request.generate(prompt, maxNewTokens, Optional.empty(), 0, TestingDevice.END),
          TestingDevice.written(prompt, maxNewTokens));
    }

    void check(boolean closed, boolean failing) {
      Object got =
          request
              .answer()
              .orTimeout(60, TimeUnit.SECONDS)
              .handle((value, failure) -> failure == null ? value : failure)
              .join();
      if (got instanceof Written written) {
        assertThat(written.tokens()).isEqualTo(want);
      } else if (got instanceof double[] scores) {
        assertThat(scores).isEqualTo(want);
      } else {
        boolean explained =
            request.answer().isCancelled()
                || (closed && got instanceof SchedulerClosedException)
                || (failing && got instanceof DeviceException);
        assertThat(explained).as("answer %s", got).isTrue();
      }
    }
  }
}
