package io.flanstream.model.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.model.decode.Strategy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Beam searches among other rows. */
class BeamRowsTest {
  private static final int ROWS = 5;
  private final TestingDevice device = new TestingDevice(1, 0);

  @Test
  void eachBeamTakesOneOfTheRowsThatThereAre() {
    check(List.of(TestingRequests.beams(3), Strategy.GREEDY, TestingRequests.beams(2)));
    assertThat(device.mostRows.get()).isEqualTo(ROWS);
    assertThat(device.reordered.get()).isPositive();
  }

  @Test
  void aSearchOfMoreBeamsThanRowsGoesAlone() {
    check(List.of(TestingRequests.beams(ROWS + 2), Strategy.GREEDY));
    assertThat(device.mostRows.get()).isEqualTo(ROWS + 2);
  }

  @Test
  void withoutBeamsNothingIsReordered() {
    check(List.of(Strategy.GREEDY));
    assertThat(device.reordered.get()).isZero();
  }

  @Test
  void aSearchThatIsCancelledLeavesWithAllItsBeams() throws InterruptedException {
    GatedDevice gated = new GatedDevice(what -> what.equals("step"));
    try (Scheduler scheduler = scheduler(gated)) {
      CompletableFuture<SequenceOutput> cancelled = ask(scheduler, TestingRequests.beams(3), 1);
      gated.awaitGate();
      CompletableFuture<SequenceOutput> waiting = ask(scheduler, TestingRequests.beams(4), 2);
      cancelled.cancel(false);
      gated.open(1000);
      assertThat(waiting.join().tokens()).isEqualTo(expected(TestingRequests.beams(4), 2));
    }
    assertThat(gated.mostRows.get()).isEqualTo(4);
  }

  private void check(List<Strategy> strategies) {
    try (Scheduler scheduler = scheduler(device)) {
      List<CompletableFuture<SequenceOutput>> answers = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        answers.add(ask(scheduler, strategies.get(i % strategies.size()), i));
      }
      for (int i = 0; i < 60; i++) {
        assertThat(answers.get(i).join().tokens())
            .isEqualTo(expected(strategies.get(i % strategies.size()), i));
      }
    }
  }

  private static Scheduler scheduler(TestingDevice device) {
    return new Scheduler(
        device,
        new BatchSettings(512, 8, ROWS, 0, Duration.ofMillis(1), Duration.ofMinutes(1)),
        "test");
  }

  private static CompletableFuture<SequenceOutput> ask(
      Scheduler scheduler, Strategy strategy, int i) {
    return scheduler.submit(Share.DEFAULT, TestingRequests.generate(9, strategy, 6 + i, 1));
  }

  private static int[] expected(Strategy strategy, int i) {
    Request.Generate request = (Request.Generate) TestingRequests.generate(9, strategy, 6 + i, 1);
    return TestingRequests.written(request.prompt(), request.writing());
  }
}
