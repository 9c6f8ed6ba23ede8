package io.flanstream.model.flink;

import io.flanstream.model.crash.CrashJournal;
import java.nio.file.Path;
import java.time.Duration;

/** The crash journals of this process: one for each directory. Thread-safe. */
final class SharedJournals {
  private static final Shared<CrashJournal> JOURNALS =
      new Shared<>(
          new Shared.Life<>() {
            @Override
            public String name(CrashJournal journal) {
              return "crash journal";
            }

            @Override
            public void close(CrashJournal journal) {
              journal.close();
            }
          });

  private SharedJournals() {}

  /** Takes part in a journal, which knows of every process that has ended until now. */
  static Shared.Lease<CrashJournal> lease(String directory) throws InterruptedException {
    Path path = Path.of(directory);
    Shared.Lease<CrashJournal> lease =
        JOURNALS.lease(path, () -> CrashJournal.open(path), Duration.ZERO);
    try {
      lease.shared().refresh();
    } catch (RuntimeException e) {
      lease.ending().run();
      throw e;
    }
    return lease;
  }

  /** Removes the journals' files: the process ends, and no record is at fault. */
  static void endInOrder() {
    JOURNALS.forEach(CrashJournal::endProcess);
  }
}
