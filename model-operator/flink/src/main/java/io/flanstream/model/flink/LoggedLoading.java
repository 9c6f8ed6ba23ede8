package io.flanstream.model.flink;

import io.flanstream.model.checkpoint.LoadListener;
import io.flanstream.model.checkpoint.LoadProgress;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says in the log every few seconds how far the loading of a model is. */
final class LoggedLoading implements LoadListener {
  private static final Logger LOG = LoggerFactory.getLogger(LoggedLoading.class);
  private static final Duration INTERVAL = Duration.ofSeconds(5);

  private final String model;
  private LoadProgress.Stage stage = LoadProgress.Stage.HASHING;
  private Duration next = INTERVAL;

  LoggedLoading(String model) {
    this.model = model;
  }

  @Override
  public void loaded(LoadProgress progress) {
    if (progress.stage() != stage) {
      stage = progress.stage();
      next = INTERVAL;
    }
    if (progress.elapsed().compareTo(next) >= 0) {
      next = progress.elapsed().plus(INTERVAL);
      LOG.info(
          "{} model {}: {} of {} bytes, {} bytes/s, {} s left",
          stage == LoadProgress.Stage.HASHING ? "Hashing" : "Loading",
          model,
          progress.bytes(),
          progress.total(),
          (long) progress.bytesPerSecond(),
          progress.timeLeft().map(Duration::toSeconds).orElse(-1L));
    }
  }
}
