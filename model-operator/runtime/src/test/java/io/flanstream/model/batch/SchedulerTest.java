package io.flanstream.model.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.model.device.DeviceException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** No future is left pending, no answer is another request's, and nothing leaks, whatever comes. */
@Timeout(600)
class SchedulerTest {
  private static final BatchSettings SETTINGS =
      TestingRequests.settings(64, 8, Duration.ofMillis(1));

  @Test
  void everyRequestIsAnsweredOverManySeeds() throws InterruptedException {
    for (int seed = 0; seed < 4000; seed++) {
      new Run(seed).run();
    }
  }

  private enum End {
    CLOSED_AT_ONCE,
    DRAINED,
    CLOSED_WHEN_ANSWERED
  }

  /** Two clients, mixed work, cancellation, failures, little memory, and one of three ends. */
  private static final class Run {
    private final long seed;
    private final boolean failing;
    private final End end;
    private final TestingDevice device;
    private final Scheduler scheduler;

    Run(long seed) {
      this.seed = seed;
      this.failing = seed % 3 == 0;
      this.end =
          switch ((int) (seed % 5)) {
            case 0 -> End.CLOSED_AT_ONCE;
            case 1 -> End.DRAINED;
            default -> End.CLOSED_WHEN_ANSWERED;
          };
      this.device = new TestingDevice(seed, failing ? 0.03 : 0);
      if (seed % 7 == 0) {
        device.mostTokens = 40;
        device.mostDecoding = TestingRequests.MOST_BEAMS;
      }
      this.scheduler = new Scheduler(device, SETTINGS, "test-" + seed);
    }

    void run() throws InterruptedException {
      CountDownLatch started = new CountDownLatch(2);
      List<List<Asked>> asked = List.of(new ArrayList<>(), new ArrayList<>());
      List<Thread> clients = new ArrayList<>();
      for (int client = 0; client < 2; client++) {
        List<Asked> mine = asked.get(client);
        Random random = new Random(seed * 2 + client);
        Share share = new Share("client " + client, 1 + client, random.nextInt(2));
        Thread thread = new Thread(() -> ask(share, random, mine, started));
        clients.add(thread);
        thread.start();
      }
      started.await();
      if (end == End.CLOSED_AT_ONCE) {
        scheduler.close();
      }
      for (Thread client : clients) {
        client.join();
      }
      if (end == End.DRAINED) {
        scheduler.drain();
      }
      for (List<Asked> mine : asked) {
        for (Asked one : mine) {
          one.check(this);
        }
      }
      scheduler.close();
      assertThat(device.open.get()).as("left open by seed %s", seed).isZero();
      assertThat(device.closed).as("closed by seed %s", seed).isTrue();
      assertThat(device.mostRows.get())
          .as("rows of seed %s", seed)
          .isLessThanOrEqualTo(SETTINGS.maxDecoding());
    }

    private void ask(Share share, Random random, List<Asked> mine, CountDownLatch started) {
      for (int i = 0; i < 12; i++) {
        boolean again = i > 0 && random.nextInt(6) == 0;
        Request<?> request =
            again ? mine.get(random.nextInt(i)).request : TestingRequests.any(random);
        mine.add(new Asked(request, scheduler.submit(share, request)));
        if (random.nextInt(6) == 0) {
          mine.get(random.nextInt(i + 1)).answer.cancel(false);
        }
        started.countDown();
      }
    }
  }

  private record Asked(Request<?> request, CompletableFuture<?> answer) {
    void check(Run run) {
      Object got =
          answer
              .orTimeout(60, TimeUnit.SECONDS)
              .<Object>handle((value, failure) -> failure == null ? value : failure)
              .join();
      boolean explained =
          TestingRequests.isRight(request, got)
              || answer.isCancelled()
              || (run.end == End.CLOSED_AT_ONCE && got instanceof SchedulerClosedException)
              || (run.failing && got instanceof DeviceException);
      assertThat(explained).as("seed %s, answer %s to %s", run.seed, got, request).isTrue();
    }
  }
}
