package io.flanstream.model.djl;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.management.JMException;
import javax.management.ObjectName;

/** Memory of this process after a collection. */
final class OwnMemory {
  private static final Path STATUS = Path.of("/proc/self/status");

  private OwnMemory() {}

  /**
   * Bytes that no file backs, but for the Java heap's, of which a collection gives back the rest.
   */
  static long anonymous() throws IOException {
    System.gc();
    return withHeap() - Runtime.getRuntime().totalMemory();
  }

  /** The same with what the Java heap has committed, and with no collection before. */
  static long withHeap() throws IOException {
    return Files.readAllLines(STATUS).stream()
        .filter(line -> line.startsWith("RssAnon:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
        .findFirst()
        .orElseThrow();
  }

  /** Bytes of the Java heap that are in use. */
  static long heap() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  /** Living objects of classes whose names begin so. */
  static long instances(String prefix) {
    return histogram()
        .lines()
        .map(String::strip)
        .map(line -> line.split("\\s+"))
        .filter(columns -> columns.length > 3 && columns[3].startsWith(prefix))
        .mapToLong(columns -> Long.parseLong(columns[1]))
        .sum();
  }

  private static String histogram() {
    try {
      return (String)
          ManagementFactory.getPlatformMBeanServer()
              .invoke(
                  new ObjectName("com.sun.management:type=DiagnosticCommand"),
                  "gcClassHistogram",
                  new Object[] {new String[0]},
                  new String[] {String[].class.getName()});
    } catch (JMException e) {
      throw new IllegalStateException("Cannot count objects", e);
    }
  }
}
