package io.flanstream.jobs.terminal;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers of bytes, for people. */
public final class ByteCount {
  private static final List<String> UNITS = List.of("kB", "MB", "GB", "TB");
  private static final int STEP = 1000;
  private static final int BINARY_STEP = 1024;
  private static final Pattern FORM = Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*(?:([KMGT])(I?)B|B?)");

  private ByteCount() {}

  /** Such as 39.1 GB. */
  public static String of(double bytes) {
    if (bytes < STEP) {
      return String.format(Locale.ROOT, "%.0f bytes", bytes);
    }
    double value = bytes / STEP;
    int unit = 0;
    while (value >= STEP && unit < UNITS.size() - 1) {
      value /= STEP;
      unit++;
    }
    return String.format(Locale.ROOT, "%.1f %s", value, UNITS.get(unit));
  }

  /**
   * Reads such as 80GB, which is decimal, or 80GiB, which is not.
   *
   * @throws IllegalArgumentException if the text has another form
   */
  public static double parse(String text) {
    Matcher matcher = FORM.matcher(text.strip().toUpperCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "Cannot read %s: bytes are a number and kB, MB, GB, TB, KiB, MiB, GiB or TiB"
              .formatted(text));
    }
    double value = Double.parseDouble(matcher.group(1));
    if (matcher.group(2) == null) {
      return value;
    }
    int step = matcher.group(3).isEmpty() ? STEP : BINARY_STEP;
    return value * Math.pow(step, 1 + "KMGT".indexOf(matcher.group(2)));
  }
}
