package io.flanstream.jobs.cli;

import io.flanstream.jobs.terminal.CommandException;
import io.flanstream.jobs.terminal.StandardStreams;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Arguments of the commands that answer JSON lines. */
final class LinesArguments {
  private static final Path STANDARD_INPUT = Path.of("-");

  @Parameters(
      arity = "0..1",
      paramLabel = "FILE",
      defaultValue = "-",
      description = "File of lines; standard input where it is - or left out.")
  private Path file;

  @Option(
      names = "--in-flight",
      paramLabel = "N",
      defaultValue = "256",
      description = "The most lines under way at a time (default: ${DEFAULT-VALUE}).")
  private int inFlight;

  /** Answers all lines, JSON objects; the exit code. */
  int answer(LineAnswerer answerer) throws IOException, InterruptedException {
    return answer(RequestLine::parse, answerer);
  }

  /** Answers all lines; the exit code. */
  int answer(LineParser parser, LineAnswerer answerer) throws IOException, InterruptedException {
    if (inFlight < 1) {
      throw CommandException.usage(
          "Cannot answer lines: --in-flight must be at least 1, got " + inFlight);
    }
    try (InputStream input = open()) {
      return new JsonLines(parser, answerer, inFlight).run(input, StandardStreams.out()) == 0
          ? 0
          : 1;
    }
  }

  private InputStream open() throws IOException {
    if (file.equals(STANDARD_INPUT)) {
      return System.in;
    }
    if (!Files.isRegularFile(file)) {
      throw new CommandException("Cannot read lines: %s is not a file".formatted(file));
    }
    return Files.newInputStream(file);
  }
}
