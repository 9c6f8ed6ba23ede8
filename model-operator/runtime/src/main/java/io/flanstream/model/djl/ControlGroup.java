package io.flanstream.model.djl;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Memory that the control groups of this process leave it: a container's limit. Version 1 and 2 at
 * their usual mount points: the kernel's {@code cgroup-v2.rst} and {@code cgroup-v1/memory.rst}.
 */
final class ControlGroup {
  private final Path mount;
  private final Path group;
  private final String limit;
  private final String usage;
  private final String prefix;

  private ControlGroup(Path mount, String name, String limit, String usage, String prefix) {
    this.mount = mount;
    this.group = mount.resolve(name.substring(1)).normalize();
    this.limit = limit;
    this.usage = usage;
    this.prefix = prefix;
  }

  /**
   * Bytes until the first limit of this process's groups, not counting pages of files, which the
   * kernel takes back first.
   *
   * @param root the root of the file system
   * @return empty where no group has a limit
   */
  static OptionalLong freeBytes(Path root) {
    return ofThisProcess(root).stream().flatMapToLong(group -> group.free().stream()).min();
  }

  private static Optional<ControlGroup> ofThisProcess(Path root) {
    Path mount = root.resolve("sys/fs/cgroup");
    for (String line : lines(root.resolve("proc/self/cgroup"))) {
      String[] parts = line.split(":", 3);
      if (parts[1].equals("memory")) {
        return Optional.of(
            new ControlGroup(
                mount.resolve("memory"),
                parts[2],
                "memory.limit_in_bytes",
                "memory.usage_in_bytes",
                "total_"));
      }
      if (parts[1].isEmpty() && Files.exists(mount.resolve("cgroup.controllers"))) {
        return Optional.of(new ControlGroup(mount, parts[2], "memory.max", "memory.current", ""));
      }
    }
    return Optional.empty();
  }

  // In a container a group may be named as the host sees it, and mounted as the root.
  private OptionalLong free() {
    List<Path> groups = new ArrayList<>();
    for (Path at = group; at != null && at.startsWith(mount); at = at.getParent()) {
      groups.add(at);
    }
    return groups.stream().flatMapToLong(at -> free(at).stream()).min();
  }

  private OptionalLong free(Path at) {
    OptionalLong most = number(at.resolve(limit));
    OptionalLong used = number(at.resolve(usage));
    if (most.isEmpty() || used.isEmpty()) {
      return OptionalLong.empty();
    }
    Map<String, Long> pages =
        lines(at.resolve("memory.stat")).stream()
            .map(line -> line.split(" "))
            .collect(Collectors.toMap(words -> words[0], words -> Long.parseLong(words[1])));
    long reclaimable =
        Stream.of("active_file", "inactive_file")
            .mapToLong(name -> pages.getOrDefault(prefix + name, 0L))
            .sum();
    return OptionalLong.of(Math.max(0, most.getAsLong() - used.getAsLong() + reclaimable));
  }

  /** The number in a file; empty where there is none, or it says {@code max}. */
  private static OptionalLong number(Path file) {
    return lines(file).stream()
        .filter(line -> line.matches("\\d{1,18}"))
        .mapToLong(Long::parseLong)
        .findFirst();
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      return List.of();
    }
  }
}
