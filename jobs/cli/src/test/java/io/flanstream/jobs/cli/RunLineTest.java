package io.flanstream.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.jobs.offsets.RunCounts;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class RunLineTest {
  private static final TopicPartition IN_0 = new TopicPartition("in", 0);
  private static final TopicPartition IN_1 = new TopicPartition("in", 1);
  private static final long SECOND = 1_000_000_000L;

  @Test
  void saysHowFarABoundedRunIs() {
    RunLine line = new RunLine(true);
    line.text(new RunCounts(0, 0, 0, Map.of()), Map.of(IN_0, 1_000L, IN_1, 500L), 0);

    assertThat(
            line.text(
                new RunCounts(1_234, 900, 100, Map.of(IN_0, 700L, IN_1, 300L)),
                Map.of(IN_0, 1_000L, IN_1, 500L),
                5 * SECOND))
        .isEqualTo("1,234 read   900 enriched   100 dead letters   200/s   lag 500   3 s left");
  }

  @Test
  void saysNoTimeLeftWhereThereIsNoEnd() {
    RunLine line = new RunLine(false);
    line.text(RunCounts.NONE, Map.of(), 0);

    assertThat(line.text(new RunCounts(10, 10, 0, Map.of(IN_0, 10L)), Map.of(IN_0, 30L), SECOND))
        .isEqualTo("10 read   10 enriched   0 dead letters   10/s   lag 20");
    assertThat(line.text(RunCounts.NONE, Map.of(), 2 * SECOND)).doesNotContain("lag");
  }
}
