package io.flanstream.model.crash;

import io.flanstream.model.crash.CrashReports.Suspect;
import io.flanstream.model.future.Futures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the event that ends its process: a native crash, an abort or the kernel's out-of-memory
 * killer throw no exception, and the event would be read again and end the next process.
 *
 * <p>Each event that is in flight is noted in a file. An event that was in flight where a process
 * ended is tried alone; where the process ends again, it is not tried any more. One journal serves
 * all slots and jobs of a process, so that alone means alone. Thread-safe.
 */
public final class CrashJournal implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CrashJournal.class);
  private static final int NO_SLOT = -1;

  /** Name of the thread in which the Java virtual machine handles a signal to end. */
  private static final Pattern SIGNAL_HANDLER = Pattern.compile("SIG(TERM|INT|HUP) handler");

  private final Path directory;
  private final JournalFile file;
  private final Thread atShutdown = new Thread(this::endInOrder, "crash-journal-shutdown");
  private final AdmissionGate turns = new AdmissionGate();
  private volatile Map<String, Suspect> suspects = Map.of();
  private volatile boolean complained;

  private CrashJournal(Path directory, JournalFile file) {
    this.directory = directory;
    this.file = file;
  }

  /**
   * Opens this process's journal.
   *
   * @param directory directory on a local disk; it is made where it is not there
   * @return the journal, to be closed by the caller
   * @throws IllegalStateException if there can be no file in the directory
   */
  public static CrashJournal open(Path directory) {
    try {
      Files.createDirectories(directory);
      CrashJournal journal = new CrashJournal(directory, JournalFile.create(directory));
      Runtime.getRuntime().addShutdownHook(journal.atShutdown);
      return journal;
    } catch (IOException e) {
      throw new IllegalStateException(
          "Cannot open crash journal: %s must be a directory on a local disk: %s"
              .formatted(directory, e),
          e);
    }
  }

  /** Looks for processes that have ended since. */
  public void refresh() {
    try {
      suspects = CrashReports.read(directory);
    } catch (IOException e) {
      throw new IllegalStateException(
          "Cannot read crash journals in %s: %s".formatted(directory, e), e);
    }
  }

  /**
   * Does work that may end the process.
   *
   * @param name name of the event
   * @param asking begins the work
   * @param <T> type of its result
   * @return the result of the work, which may have to wait for its turn; fails with a {@link
   *     CrashedException} where it is not done any more; cancelling it cancels the work
   */
  public <T> CompletableFuture<T> run(String name, Supplier<CompletableFuture<T>> asking) {
    String key = JournalFile.fitting(name);
    Suspect suspect = suspects.get(key);
    if (suspect != null && suspect.isProven()) {
      return CompletableFuture.failedFuture(new CrashedException(suspect.crashes()));
    }
    CompletableFuture<T> answer = new CompletableFuture<>();
    boolean alone = suspect != null;
    if (alone) {
      LOG.info("Event {} was in flight where a process ended; it is tried alone", key);
    }
    turns.enter(alone, () -> start(key, alone, asking, answer));
    return answer;
  }

  /** Says that the process ends, and that nothing in flight is at fault. */
  public void endProcess() {
    removeFile();
  }

  /** Ends this process's journal, whatever is in flight. */
  @Override
  public void close() {
    removeFile();
    try {
      Runtime.getRuntime().removeShutdownHook(atShutdown);
    } catch (IllegalStateException e) {
      // The process is ending: the hook runs.
    }
  }

  private <T> void start(
      String key,
      boolean alone,
      Supplier<CompletableFuture<T>> asking,
      CompletableFuture<T> answer) {
    if (answer.isDone()) {
      turns.leave();
      return;
    }
    int slot = begin(key, alone);
    CompletableFuture<T> asked = asked(asking);
    Futures.forward(
        asked.whenComplete(
            (value, thrown) -> {
              end(slot);
              turns.leave();
            }),
        answer);
    Futures.cancelWith(answer, () -> asked.cancel(false));
  }

  private static <T> CompletableFuture<T> asked(Supplier<CompletableFuture<T>> asking) {
    try {
      return asking.get();
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private int begin(String key, boolean alone) {
    try {
      return file.begin(key, alone);
    } catch (IOException e) {
      complain(e);
      return NO_SLOT;
    }
  }

  private void end(int slot) {
    if (slot == NO_SLOT) {
      return;
    }
    try {
      file.end(slot);
    } catch (IOException e) {
      complain(e);
    }
  }

  private void complain(IOException thrown) {
    if (!complained) {
      complained = true;
      LOG.warn(
          "Cannot write crash journal in {}: {}; a crash may go unnoticed",
          directory,
          thrown.toString());
    }
  }

  /** Who is told to end has not crashed, whatever is in flight; who exits by itself may have. */
  private void endInOrder() {
    if (Thread.getAllStackTraces().keySet().stream()
        .anyMatch(thread -> SIGNAL_HANDLER.matcher(thread.getName()).matches())) {
      removeFile();
    }
  }

  private void removeFile() {
    try {
      file.close();
    } catch (IOException e) {
      complain(e);
    }
  }
}
