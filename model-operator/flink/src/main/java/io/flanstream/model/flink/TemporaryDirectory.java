package io.flanstream.model.flink;

import java.nio.file.Files;
import java.nio.file.Path;

/** Directories for temporary files that outlive a process, where several people may run some. */
final class TemporaryDirectory {
  private TemporaryDirectory() {}

  /**
   * The directory of a name; with the user's behind it where somebody else has that.
   *
   * @param parent the JVM's directory for temporary files
   * @param name what is in it
   */
  static Path of(Path parent, String name) {
    Path usual = parent.resolve(name);
    boolean usable = !Files.exists(usual) || (Files.isDirectory(usual) && Files.isWritable(usual));
    return usable ? usual : parent.resolve(name + "-" + System.getProperty("user.name"));
  }

  /** The same in the JVM's directory for temporary files. */
  static Path of(String name) {
    return of(Path.of(System.getProperty("java.io.tmpdir")), name);
  }
}
