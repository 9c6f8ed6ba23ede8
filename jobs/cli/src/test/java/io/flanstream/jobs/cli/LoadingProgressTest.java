package io.flanstream.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.model.checkpoint.LoadProgress;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LoadingProgressTest {
  private final StringWriter written = new StringWriter();

  @Test
  void saysNowAndThenHowMuchIsLeft() {
    LoadingProgress progress = new LoadingProgress(new PrintWriter(written, true), false);
    for (int second = 1; second <= 21; second++) {
      progress.loaded(
          new LoadProgress(
              LoadProgress.Stage.LOADING,
              second * 500_000_000L,
              39_000_000_000L,
              Duration.ofSeconds(second)));
    }
    assertThat(written.toString().lines())
        .containsExactly(
            "  loading the model   5.0 GB of 39.0 GB   500.0 MB/s   1 min 8 s left",
            "  loading the model   10.0 GB of 39.0 GB   500.0 MB/s   58 s left");
  }

  @Test
  void beginsAgainWithEachStage() {
    LoadingProgress progress = new LoadingProgress(new PrintWriter(written, true), false);
    for (LoadProgress.Stage stage : LoadProgress.Stage.values()) {
      progress.loaded(new LoadProgress(stage, 3_000, 4_000, Duration.ofSeconds(15)));
    }
    assertThat(written.toString().lines())
        .containsExactly(
            "  hashing the model   3.0 kB of 4.0 kB   200 bytes/s   5 s left",
            "  loading the model   3.0 kB of 4.0 kB   200 bytes/s   5 s left");
  }

  @Test
  void changesOneLineOfATerminal() {
    LoadingProgress progress = new LoadingProgress(new PrintWriter(written, true), true);
    progress.loaded(
        new LoadProgress(LoadProgress.Stage.LOADING, 1_000, 4_000, Duration.ofMillis(100)));
    progress.loaded(
        new LoadProgress(LoadProgress.Stage.LOADING, 2_000, 4_000, Duration.ofMillis(300)));
    progress.loaded(
        new LoadProgress(LoadProgress.Stage.LOADING, 3_000, 4_000, Duration.ofMillis(500)));
    progress.loaded(
        new LoadProgress(LoadProgress.Stage.LOADING, 4_000, 4_000, Duration.ofMillis(550)));
    assertThat(written.toString())
        .isEqualTo(
            "\r\033[K  loading the model   2.0 kB of 4.0 kB   6.7 kB/s   0 s left"
                + "\r\033[K  loading the model   4.0 kB of 4.0 kB   7.3 kB/s   0 s left");
  }
}
