package io.flanstream.jobs.suite;

import io.flanstream.jobs.terminal.CommandException;
import io.flanstream.jobs.terminal.TextFile;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Files of a suite, by their common ending. */
final class BenchmarkFiles {
  private BenchmarkFiles() {}

  /**
   * The tasks that a directory has files of.
   *
   * @param directory the directory
   * @param ending how the files' names end
   * @param wanted the only tasks; all where empty
   * @return their names, sorted
   * @throws CommandException if there is none, or one that is wanted is not there
   */
  static List<String> tasks(Path directory, String ending, List<String> wanted) throws IOException {
    List<String> tasks = files(directory, ending);
    if (tasks.isEmpty()) {
      throw new CommandException(
          "Cannot read questions: %s must be a directory with TASK%s".formatted(directory, ending));
    }
    for (String task : wanted) {
      if (!tasks.contains(task)) {
        throw CommandException.usage(
            "Cannot read questions: --task must be one of %s, got %s".formatted(tasks, task));
      }
    }
    return wanted.isEmpty() ? tasks : tasks.stream().filter(wanted::contains).toList();
  }

  private static List<String> files(Path directory, String ending) throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(ending))
          .map(name -> name.substring(0, name.length() - ending.length()))
          .sorted()
          .toList();
    }
  }

  /**
   * What a file says.
   *
   * @throws CommandException if there is none, or it is not UTF-8
   */
  static String text(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new CommandException("Cannot read %s: it must be a file".formatted(file));
    }
    try {
      return TextFile.read(file);
    } catch (MalformedInputException e) {
      throw new CommandException("Cannot read %s: it must be UTF-8".formatted(file), e);
    }
  }

  /** What is wrong at a place. */
  static CommandException fault(String place, String rule) {
    return new CommandException("Cannot read %s: %s".formatted(place, rule));
  }
}
