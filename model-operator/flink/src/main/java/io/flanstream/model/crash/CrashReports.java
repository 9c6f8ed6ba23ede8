package io.flanstream.model.crash;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What was in flight where processes ended, a file for each, for a month. */
final class CrashReports {
  private static final Logger LOG = LoggerFactory.getLogger(CrashReports.class);
  private static final String SUFFIX = ".crash";
  private static final Duration KEPT = Duration.ofDays(30);

  private CrashReports() {}

  /**
   * What is known of an event.
   *
   * @param crashes how many processes have ended with it
   * @param alone whether one of them had nothing else in flight
   */
  record Suspect(int crashes, boolean alone) {

    /** Once in company and once alone is proof enough. */
    boolean isProven() {
      return crashes > 1 && alone;
    }

    private Suspect and(Suspect other) {
      return new Suspect(crashes + other.crashes, alone || other.alone);
    }
  }

  /**
   * Takes the journals of processes that have ended, and reads all reports. Others may do so at the
   * same moment: of this process one at a time, since a process has a file's lock once; of other
   * processes, they may have taken a file that was there.
   */
  static synchronized Map<String, Suspect> read(Path directory) throws IOException {
    for (Path journal : files(directory, JournalFile.SUFFIX)) {
      String name = journal.getFileName().toString().replace(JournalFile.SUFFIX, SUFFIX);
      if (JournalFile.claim(journal, directory.resolve(name))) {
        LOG.warn(
            "A process has ended with {} events in flight, by {}; each is tried alone",
            entries(directory.resolve(name)).size(),
            name);
      }
    }
    Map<String, Suspect> suspects = new HashMap<>();
    for (Path report : files(directory, SUFFIX)) {
      List<JournalFile.Entry> entries = entries(report);
      if (entries.isEmpty() || isOld(report)) {
        Files.deleteIfExists(report);
      }
      for (JournalFile.Entry entry : entries) {
        suspects.merge(entry.key(), new Suspect(1, entry.alone()), Suspect::and);
      }
    }
    return Map.copyOf(suspects);
  }

  /** None where another process has deleted it. */
  private static List<JournalFile.Entry> entries(Path report) throws IOException {
    try {
      return JournalFile.read(report);
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }

  private static boolean isOld(Path report) throws IOException {
    return Files.exists(report)
        && Files.getLastModifiedTime(report).toInstant().isBefore(Instant.now().minus(KEPT));
  }

  private static List<Path> files(Path directory, String suffix) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(suffix)).toList();
    }
  }
}
