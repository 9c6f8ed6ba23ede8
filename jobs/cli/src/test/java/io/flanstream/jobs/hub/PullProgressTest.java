package io.flanstream.jobs.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class PullProgressTest {
  private static final long SECOND = 1_000_000_000L;

  @Test
  void tellsTheRateAndTheTimeLeft() {
    try (PullProgress progress = PullProgress.start(new PrintWriter(new StringWriter()))) {
      progress.expected(40_000_000_000L);
      progress.kept(10_000_000_000L);
      assertThat(progress.line(0)).isEqualTo("10.0 GB of 40.0 GB   0 bytes/s   waiting");
      progress.received(500_000_000);
      assertThat(progress.line(5 * SECOND))
          .isEqualTo("10.5 GB of 40.0 GB   100.0 MB/s   4 min 55 s left");
      progress.dropped(500_000_000);
      assertThat(progress.line(6 * SECOND)).startsWith("10.0 GB of 40.0 GB   83.3 MB/s");
      assertThat(progress.line(60 * SECOND)).endsWith("0 bytes/s   waiting");
    }
  }
}
