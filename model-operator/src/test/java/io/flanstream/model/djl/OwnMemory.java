package io.flanstream.model.djl;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Memory of this process after a collection. */
final class OwnMemory {
  private static final Path STATUS = Path.of("/proc/self/status");

  private OwnMemory() {}

  /** Whether the system tells. */
  static boolean isKnown() {
    return Files.exists(STATUS);
  }

  /**
   * Bytes that no file backs, but for the Java heap's, of which a collection gives back the rest.
   */
  static long anonymous() throws IOException {
    System.gc();
    return resident() - Runtime.getRuntime().totalMemory();
  }

  private static long resident() throws IOException {
    return Files.readAllLines(STATUS).stream()
        .filter(line -> line.startsWith("RssAnon:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
        .findFirst()
        .orElseThrow();
  }
}
