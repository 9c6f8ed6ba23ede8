package io.flanstream.jobs.hub;

import io.flanstream.jobs.terminal.CommandException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** Pulls several files of a commit at a time; the first that fails ends them all. */
final class FilePulls implements Closeable {
  private static final long END_SECONDS = 30;

  private final HubHttp http;
  private final FilePull pull;
  private final ExecutorService threads;

  FilePulls(HubHttp http, FilePull pull, int parallel) {
    this.http = http;
    this.pull = pull;
    this.threads = Executors.newFixedThreadPool(parallel);
  }

  /**
   * Pulls files; all are whole and sound when this returns.
   *
   * @throws CommandException what the first failure says
   */
  void pull(Path directory, List<HubFile> files) throws IOException, InterruptedException {
    CompletionService<Void> pulls = new ExecutorCompletionService<>(threads);
    for (HubFile file : files) {
      var unusedPull =
          pulls.submit(
              () -> {
                pull.pull(directory, file);
                return null;
              });
    }
    for (int done = 0; done < files.size(); done++) {
      await(pulls);
    }
  }

  /** Ends what is still being pulled. Nothing writes to the directory when this returns. */
  @Override
  public void close() {
    threads.shutdownNow();
    http.close();
    try {
      threads.awaitTermination(END_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void await(CompletionService<Void> pulls)
      throws IOException, InterruptedException {
    try {
      pulls.take().get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof CommandException explained) {
        throw explained;
      }
      throw new IOException(e.getCause().getMessage(), e.getCause());
    }
  }
}
