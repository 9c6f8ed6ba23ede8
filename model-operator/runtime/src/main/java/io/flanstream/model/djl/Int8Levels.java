package io.flanstream.model.djl;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * How finely activations are quantized. Processors that multiply bytes in pairs of 16 bits, those
 * without VNNI, overflow with more than 7 bits of them.
 */
final class Int8Levels {
  private static final Path LINUX = Path.of("/proc/cpuinfo");
  private static final int ALL = 127;
  private static final int HALF = 63;

  private Int8Levels() {}

  /** Levels on either side of zero on this processor. */
  static int ofThisProcessor() {
    try (Stream<String> lines = Files.lines(LINUX)) {
      return of(lines);
    } catch (IOException e) {
      return HALF;
    }
  }

  static int of(Stream<String> lines) {
    return lines.anyMatch(line -> line.matches("flags\\s*:.*\\b(avx512_vnni|avx_vnni)\\b.*"))
        ? ALL
        : HALF;
  }
}
