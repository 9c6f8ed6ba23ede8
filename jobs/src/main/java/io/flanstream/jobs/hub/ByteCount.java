package io.flanstream.jobs.hub;

import java.util.List;

/** Numbers of bytes, for people. */
public final class ByteCount {
  private static final List<String> UNITS = List.of("kB", "MB", "GB", "TB");
  private static final int STEP = 1000;

  private ByteCount() {}

  /** Such as 39.1 GB. */
  public static String of(double bytes) {
    if (bytes < STEP) {
      return "%.0f bytes".formatted(bytes);
    }
    double value = bytes / STEP;
    int unit = 0;
    while (value >= STEP && unit < UNITS.size() - 1) {
      value /= STEP;
      unit++;
    }
    return "%.1f %s".formatted(value, UNITS.get(unit));
  }
}
