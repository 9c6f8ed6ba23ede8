package io.flanstream.jobs.cli;

import io.flanstream.jobs.terminal.CommandException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files that a command writes at its end: whether they can be is said before the work. */
final class OutputFile {
  private OutputFile() {}

  static void check(Path file) {
    Path directory = file.toAbsolutePath().getParent();
    if (!Files.isDirectory(directory) || Files.isDirectory(file)) {
      throw CommandException.usage(
          "Cannot write %s: it must be a file in a directory that exists".formatted(file));
    }
  }
}
