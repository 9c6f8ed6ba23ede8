package io.flanstream.jobs.cluster;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * Fills a cluster's lib/ with what the command itself runs on, less the jars that travel with a
 * job: Flink, the connector, the model operator, DJL and its natives.
 */
final class ClusterLibrary {
  private static final String JOB_JARS = "(jobs|operators)-\\d.*";
  private static final String OWN_JARS = "(model-operator|schemas)-\\d.*";

  private ClusterLibrary() {}

  /**
   * Fills lib/ anew.
   *
   * @param from directory of jars
   * @param lib where to put them
   */
  static void fill(Path from, Path lib) throws IOException {
    if (!Files.isDirectory(from)) {
      throw new IOException(
          "Cannot start cluster: %s must have the command's jars; deploy/bin/flanstream builds them"
              .formatted(from));
    }
    ClusterDirectory.delete(lib);
    Files.createDirectories(lib);
    for (Path jar : jars(from)) {
      put(jar, lib.resolve(jar.getFileName()));
    }
  }

  private static List<Path> jars(Path from) throws IOException {
    try (Stream<Path> files = Files.list(from)) {
      return files
          .filter(file -> file.toString().endsWith(".jar"))
          .filter(file -> !file.getFileName().toString().matches(JOB_JARS))
          .toList();
    }
  }

  /** A build may write our own jars anew, under a JVM that reads them; the others never change. */
  private static void put(Path jar, Path target) throws IOException {
    if (!jar.getFileName().toString().matches(OWN_JARS)) {
      try {
        Files.createLink(target, jar);
        return;
      } catch (FileSystemException | UnsupportedOperationException e) {
        // Another file system: a copy does as well.
      }
    }
    Files.copy(jar, target, StandardCopyOption.COPY_ATTRIBUTES);
  }
}
