package io.flanstream.jobs.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ConfigurationUtils;
import org.apache.flink.configuration.GlobalConfiguration;

/**
 * Everything that a local cluster keeps: conf/, lib/, log/, pid/, tmp/, and the jobs' checkpoints/
 * and savepoints/.
 *
 * @param root where it lies
 */
record ClusterDirectory(Path root) {
  private static final String CONFIG_FILE = GlobalConfiguration.FLINK_CONF_FILENAME;

  Path conf() {
    return root.resolve("conf");
  }

  Path lib() {
    return root.resolve("lib");
  }

  Path log(String process) {
    return root.resolve("log").resolve(process + ".log");
  }

  /** What a process prints past its log. */
  Path output(String process) {
    return root.resolve("log").resolve(process + ".out");
  }

  Path pid(String process) {
    return root.resolve("pid").resolve(process);
  }

  Path tmp() {
    return root.resolve("tmp");
  }

  Path checkpoints() {
    return root.resolve("checkpoints");
  }

  Path savepoints() {
    return root.resolve("savepoints");
  }

  Path highAvailability() {
    return root.resolve("high-availability");
  }

  boolean isConfigured() {
    return Files.exists(conf().resolve(CONFIG_FILE));
  }

  Configuration configuration() {
    return GlobalConfiguration.loadConfiguration(conf().toString());
  }

  void write(Configuration config) throws IOException {
    Files.createDirectories(conf());
    Files.write(
        conf().resolve(CONFIG_FILE), ConfigurationUtils.convertConfigToWritableLines(config, true));
  }

  /** The processes that were started and not stopped, by name. */
  List<String> processes() throws IOException {
    Path pids = root.resolve("pid");
    if (!Files.isDirectory(pids)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(pids)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  static void delete(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> paths = Files.walk(directory)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
