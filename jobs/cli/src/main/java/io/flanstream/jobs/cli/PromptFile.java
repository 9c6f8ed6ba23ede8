package io.flanstream.jobs.cli;

import io.flanstream.jobs.terminal.CommandException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A file of prompts that is read whole, every line of which must be right. */
final class PromptFile {
  private PromptFile() {}

  static List<RequestLine> read(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new CommandException("Cannot read prompts: %s is not a file".formatted(file));
    }
    List<RequestLine> lines = new ArrayList<>();
    try (InputStream input = Files.newInputStream(file)) {
      LineReader reader = new LineReader(input);
      long number = 0;
      for (byte[] line = reader.next(); line != null; line = reader.next()) {
        number++;
        if (!LineReader.isBlank(line)) {
          lines.add(parse(file, number, line));
        }
      }
    }
    if (lines.isEmpty()) {
      throw new CommandException("Cannot read prompts: %s has none".formatted(file));
    }
    return lines;
  }

  private static RequestLine parse(Path file, long number, byte[] line) {
    try {
      return RequestLine.parse(number, line);
    } catch (LineException e) {
      throw new CommandException("%s, line %s: %s".formatted(file, number, e.getMessage()), e);
    }
  }
}
