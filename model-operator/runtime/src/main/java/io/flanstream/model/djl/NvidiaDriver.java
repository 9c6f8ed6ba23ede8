package io.flanstream.model.djl;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** NVIDIA's driver, of which the kernel says what is loaded, in containers too. */
final class NvidiaDriver {
  private static final Path VERSION = Path.of("/proc/driver/nvidia/version");
  private static final Path DEVICES = Path.of("/proc/driver/nvidia/gpus");
  private static final String MODEL = "Model:";

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

  /** Models of the devices that it drives, such as {@code NVIDIA A10G}; none without a driver. */
  static List<String> models() {
    return models(DEVICES);
  }

  static List<String> models(Path devices) {
    List<String> models = new ArrayList<>();
    try (Stream<Path> all = Files.list(devices)) {
      for (Path device : all.sorted().toList()) {
        Files.readAllLines(device.resolve("information")).stream()
            .filter(line -> line.startsWith(MODEL))
            .forEach(line -> models.add(line.substring(MODEL.length()).trim()));
      }
    } catch (IOException e) {
      return List.of();
    }
    return models;
  }
}
