package io.flanstream.jobs.local;

import java.io.File;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Fills a cluster's lib/ with what the command itself runs on, less the jars that travel with a
 * job: Flink, the connector, the model operator, DJL and its natives.
 */
final class ClusterLibrary {
  private static final String JOB_JARS =
      "flanstream-(cli|client|enrichment|evaluation|local|operators|tables)-\\d.*";
  private static final String OWN_JARS = "flanstream-(flink|runtime|schemas|tasks)-\\d.*";

  private ClusterLibrary() {}

  /**
   * Fills lib/ anew. Jars of earlier builds may lie beside those of the class path: they are left.
   *
   * @param classPath file with the command's class path, relative to its directory
   * @param lib where to put the jars
   */
  static void fill(Path classPath, Path lib) throws IOException {
    if (!Files.isRegularFile(classPath)) {
      throw new IOException(
          "Cannot start cluster: %s must name the command's jars; deploy/bin/flanstream builds them"
              .formatted(classPath));
    }
    ClusterDirectory.delete(lib);
    Files.createDirectories(lib);
    for (String entry : Files.readString(classPath).strip().split(File.pathSeparator)) {
      Path jar = classPath.resolveSibling(entry);
      if (!jar.getFileName().toString().matches(JOB_JARS)) {
        put(jar, lib.resolve(jar.getFileName()));
      }
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
