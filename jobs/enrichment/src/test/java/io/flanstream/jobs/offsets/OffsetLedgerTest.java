package io.flanstream.jobs.offsets;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class OffsetLedgerTest {
  private static final int SEEDS = 3_000;

  private final OffsetLedger<Integer> ledger = new OffsetLedger<>();

  @Test
  void neverPassesARecordThatIsNotCommittedAndReachesTheEnd() {
    long advances =
        LongStream.range(0, SEEDS)
            .map(
                seed -> {
                  TestingOffsetsJob job = new TestingOffsetsJob(seed);
                  job.run();
                  assertThat(job.offsets()).as("seed %d", seed).isEqualTo(job.ends());
                  return job.advances();
                })
            .sum();

    assertThat(advances).as("checkpoints that became safe").isGreaterThan(10L * SEEDS);
  }

  @Test
  void waitsForEverySinkOfTheCheckpoint() {
    ledger.read(1, Map.of(0, 10L, 1, 5L));
    ledger.inFlight(1, Map.of(0, 7L));
    ledger.joined(1, 1);
    ledger.joined(1, 2);

    assertThat(ledger.committed(1, 1)).isFalse();
    assertThat(ledger.offsets()).isEmpty();
    assertThat(ledger.committed(1, 2)).isTrue();
    assertThat(ledger.offsets()).isEqualTo(Map.of(0, 7L, 1, 5L));
    assertThat(ledger.safe()).hasValue(1);
  }

  @Test
  void doesNotWaitForASinkThatHasEnded() {
    ledger.read(1, Map.of(0, 10L));
    ledger.joined(1, 1);
    ledger.joined(1, 2);
    ledger.committed(1, 1);
    ledger.committed(1, 2);
    ledger.joined(2, 2);
    ledger.read(2, Map.of(1, 4L));

    assertThat(ledger.committed(2, 2)).isTrue();
    assertThat(ledger.offsets()).isEqualTo(Map.of(0, 10L, 1, 4L));
  }

  @Test
  void takesNothingFromACheckpointThatFailed() {
    ledger.read(1, Map.of(0, 10L));
    ledger.joined(1, 1);
    ledger.read(2, Map.of(0, 12L));
    ledger.inFlight(2, Map.of(0, 3L));
    ledger.joined(2, 1);

    assertThat(ledger.committed(2, 1)).isTrue();
    assertThat(ledger.offsets()).isEqualTo(Map.of(0, 3L));
  }

  @Test
  void goesBackWhereATopicWasMadeAnew() {
    ledger.known(1, Map.of(0, 500L));
    ledger.read(1, Map.of(0, 3L));
    ledger.joined(1, 1);
    ledger.committed(1, 1);

    assertThat(ledger.offsets()).isEqualTo(Map.of(0, 3L));
  }

  @Test
  void countsWhatIsCommittedOnceThroughARestart() {
    ledger.begun(1, 100);
    ledger.counted(1, 1, 110);
    ledger.joined(1, 1);
    ledger.counted(2, 1, 125);
    ledger.joined(2, 1);
    ledger.committed(1, 1);
    assertThat(ledger.count(0)).isEqualTo(10);

    // Restarted from the first checkpoint, as the second never completed.
    ledger.begun(1, 110);
    ledger.counted(3, 1, 118);
    ledger.joined(3, 1);
    ledger.committed(3, 1);

    assertThat(ledger.count(0)).isEqualTo(18);
    assertThat(ledger.count(1)).isZero();
  }
}
