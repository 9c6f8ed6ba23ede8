package io.flanstream.jobs.pipeline;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.util.TimeUtils;

/** Collects what is wrong, so that all of it is said at once. */
final class Violations {
  private static final List<String> SIZE_UNITS = List.of("bytes", "kb", "mb", "gb", "tb");

  private final List<Violation> faults = new ArrayList<>();
  private final Set<String> spoken = new HashSet<>();

  /** Adds a fault, unless it only follows from one that was added before. */
  void add(Violation fault) {
    if (spoken.stream().noneMatch(at -> isUnder(fault.path(), at))) {
      faults.add(fault);
    }
  }

  void add(String path, String rule) {
    add(new Violation(path, rule, ""));
  }

  void add(String path, String rule, Object value) {
    add(new Violation(path, rule, quoted(Secrets.masked(path, value))));
  }

  /** Adds a fault of what cannot be read, after which there is nothing more to say about it. */
  void malformed(String path, String rule, Object value) {
    add(path, rule, value);
    spoken(path);
  }

  /** Notes that everything is said about what is at a path and under it. */
  void spoken(String path) {
    spoken.add(path);
  }

  private static boolean isUnder(String path, String at) {
    return path.startsWith(at)
        && (path.length() == at.length() || ".[".indexOf(path.charAt(at.length())) >= 0);
  }

  void add(ConfigOption<?> option, String rule, Object value) {
    add(option.key(), rule, value);
  }

  void check(boolean holds, ConfigOption<?> option, String rule, Object value) {
    if (!holds) {
      add(option, rule, value);
    }
  }

  /** The value, or null and a fault where making it breaks a rule. */
  <T> T tried(ConfigOption<?> option, String value, Supplier<T> making) {
    try {
      return making.get();
    } catch (IllegalArgumentException e) {
      add(option.key(), Objects.requireNonNullElse(e.getMessage(), "is not valid"), value);
      return null;
    }
  }

  boolean isEmpty() {
    return faults.isEmpty();
  }

  List<Violation> all() {
    return List.copyOf(faults);
  }

  private static String quoted(Object value) {
    if (value instanceof Duration duration) {
      return TimeUtils.formatWithHighestUnit(duration);
    }
    if (value instanceof MemorySize size) {
      return sized(size.getBytes());
    }
    return value instanceof String text ? '"' + text + '"' : String.valueOf(value);
  }

  /** In the largest unit that it is a multiple of; Flink's own text is in the default locale. */
  static String sized(long bytes) {
    long count = bytes;
    int unit = 0;
    while (count > 0 && count % 1024 == 0 && unit < SIZE_UNITS.size() - 1) {
      count /= 1024;
      unit++;
    }
    return count + " " + SIZE_UNITS.get(unit);
  }
}
