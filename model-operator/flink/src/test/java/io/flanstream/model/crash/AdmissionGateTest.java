package io.flanstream.model.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AdmissionGateTest {
  private static final int WORK = 20_000;

  /** From several threads, in any mixture: all gets in, and alone is alone. */
  @Test
  void nobodyIsInBesideWhoWantsToBeAlone() throws InterruptedException {
    AdmissionGate turns = new AdmissionGate();
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger disturbed = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    CountDownLatch ended = new CountDownLatch(WORK);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    for (int i = 0; i < WORK; i++) {
      boolean alone = new Random(i).nextInt(10) == 0;
      threads.execute(
          () ->
              turns.enter(
                  alone,
                  () -> {
                    int others = inside.getAndIncrement();
                    most.accumulateAndGet(others + 1, Math::max);
                    threads.execute(
                        () -> {
                          if (alone && inside.get() > 1) {
                            disturbed.incrementAndGet();
                          }
                          inside.decrementAndGet();
                          turns.leave();
                          ended.countDown();
                        });
                  }));
    }
    assertThat(ended.await(60, TimeUnit.SECONDS)).isTrue();
    threads.shutdown();
    assertThat(disturbed).hasValue(0);
    assertThat(most.get()).isGreaterThan(1);
  }
}
