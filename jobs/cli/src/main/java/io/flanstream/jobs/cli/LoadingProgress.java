package io.flanstream.jobs.cli;

import io.flanstream.jobs.terminal.ByteCount;
import io.flanstream.jobs.terminal.ShortDuration;
import io.flanstream.jobs.terminal.StandardStreams;
import io.flanstream.jobs.terminal.Style;
import io.flanstream.model.TextModel;
import io.flanstream.model.checkpoint.LoadListener;
import io.flanstream.model.checkpoint.LoadProgress;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.function.Function;

/**
 * How far the loading of a model is: a line that changes on a terminal, and now and then a line
 * elsewhere. Goes to the error stream, where loading takes longer than a moment.
 */
final class LoadingProgress implements LoadListener {
  private static final Duration TERMINAL_INTERVAL = Duration.ofMillis(250);
  private static final Duration PLAIN_INTERVAL = Duration.ofSeconds(10);

  private final PrintWriter err;
  private final boolean terminal;
  private LoadProgress.Stage stage = LoadProgress.Stage.HASHING;
  private Duration next;

  LoadingProgress(PrintWriter err, boolean terminal) {
    this.err = err;
    this.terminal = terminal;
    this.next = interval();
  }

  /**
   * Opens a model, and shows how far it is.
   *
   * @param opening opens it
   */
  static TextModel show(Function<LoadListener, TextModel> opening) {
    LoadingProgress progress =
        new LoadingProgress(StandardStreams.errorWriter(), Style.isErrorTerminal());
    try {
      return opening.apply(progress);
    } finally {
      progress.end();
    }
  }

  private Duration interval() {
    return terminal ? TERMINAL_INTERVAL : PLAIN_INTERVAL;
  }

  @Override
  public void loaded(LoadProgress progress) {
    if (progress.stage() != stage) {
      stage = progress.stage();
      next = interval();
    }
    if (progress.elapsed().compareTo(next) < 0) {
      return;
    }
    next = progress.elapsed().plus(interval());
    if (terminal) {
      err.print("\r\033[K  " + line(progress));
      err.flush();
    } else {
      err.println("  " + line(progress));
    }
  }

  private static String line(LoadProgress progress) {
    return "%s the model   %s of %s   %s/s   %s"
        .formatted(
            progress.stage() == LoadProgress.Stage.HASHING ? "hashing" : "loading",
            ByteCount.of(progress.bytes()),
            ByteCount.of(progress.total()),
            ByteCount.of(progress.bytesPerSecond()),
            progress.timeLeft().map(left -> ShortDuration.of(left) + " left").orElse("waiting"));
  }

  private void end() {
    if (terminal) {
      err.print("\r\033[K");
      err.flush();
    }
  }
}
