package io.flanstream.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.jobs.offsets.RunCounts;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RunLineTest {
  private static final long SECOND = 1_000_000_000L;

  @Test
  void saysHowFarABoundedRunIs() {
    RunLine line = new RunLine(true);
    line.text(new RunCounts(0, 0, 0, Map.of()), Map.of(0, 1_000L, 1, 500L), 0);

    assertThat(
            line.text(
                new RunCounts(1_234, 900, 100, Map.of(0, 700L, 1, 300L)),
                Map.of(0, 1_000L, 1, 500L),
                5 * SECOND))
        .isEqualTo("1,234 read   900 enriched   100 dead letters   200/s   lag 500   3 s left");
  }

  @Test
  void saysNoTimeLeftWhereThereIsNoEnd() {
    RunLine line = new RunLine(false);
    line.text(RunCounts.NONE, Map.of(), 0);

    assertThat(line.text(new RunCounts(10, 10, 0, Map.of(0, 10L)), Map.of(0, 30L), SECOND))
        .isEqualTo("10 read   10 enriched   0 dead letters   10/s   lag 20");
    assertThat(line.text(RunCounts.NONE, Map.of(), 2 * SECOND)).doesNotContain("lag");
  }
}
