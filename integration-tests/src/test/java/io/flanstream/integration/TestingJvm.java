package io.flanstream.integration;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;

/** The Java of the processes that tests start. */
final class TestingJvm {
  static final String JAVA = Path.of(System.getProperty("java.home"), "bin", "java").toString();

  private TestingJvm() {}

  /** How this process collects its garbage and compiles, for others that live as briefly. */
  static List<String> options() {
    return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(
            option ->
                option.matches(
                    "-XX:(\\+UseSerialGC|TieredStopAtLevel=\\d|ReservedCodeCacheSize=\\w+)"))
        .toList();
  }
}
