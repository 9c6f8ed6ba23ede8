package io.flanstream.model.djl;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** NVIDIA's driver, of which the kernel says what is loaded, in containers too. */
final class NvidiaDriver {
  private static final Path VERSION = Path.of("/proc/driver/nvidia/version");

  private NvidiaDriver() {}

  /** Its version, or that there is none: for messages. */
  static String describe() {
    return describe(VERSION);
  }

  static String describe(Path version) {
    try {
      return "NVIDIA's driver: " + Files.readAllLines(version).get(0);
    } catch (IOException e) {
      return "no NVIDIA driver: there is no " + version;
    }
  }
}
