package io.flanstream.jobs.sql;

import io.flanstream.jobs.terminal.TextWidth;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/**
 * Shows what is longer than the terminal a page at a time. What fits is shown as it is; the program
 * is started with the first line that does not fit.
 *
 * <p>One thread writes; whoever closes it waits until the person has left the pages.
 */
final class Pager extends Writer {
  /** A short text needs no key, colours are shown, lines are cut, and the pages stay on screen. */
  private static final Map<String, String> LESS = Map.of("LESS", "FRSX");

  private final String command;
  private final Writer terminal;
  private final int height;
  private final int width;
  private final Runnable onLeft;
  private final StringBuilder held = new StringBuilder();
  private int lines;
  private Process process;
  private Writer pages;
  private volatile boolean left;

  /**
   * Prepares pages.
   *
   * @param command the program, for a shell
   * @param terminal where what fits is shown
   * @param height lines of the terminal
   * @param width columns of the terminal
   * @param onLeft what to do when the person has left the pages before their end
   */
  Pager(String command, Writer terminal, int height, int width, Runnable onLeft) {
    this.command = command;
    this.terminal = terminal;
    this.height = height;
    this.width = Math.max(1, width);
    this.onLeft = onLeft;
  }

  /** The program of the environment, or {@code less}; none where {@code PAGER} is empty. */
  static Optional<String> command(Map<String, String> environment) {
    String named = environment.get("PAGER");
    if (named != null) {
      return Optional.of(named.strip()).filter(program -> !program.isEmpty());
    }
    return Arrays.stream(environment.getOrDefault("PATH", "").split(":"))
        .filter(directory -> Files.isExecutable(Path.of(directory, "less")))
        .findFirst()
        .map(directory -> "less");
  }

  @Override
  public void write(char[] characters, int offset, int length) throws IOException {
    if (left) {
      return;
    }
    if (pages != null) {
      pass(characters, offset, length);
      return;
    }
    held.append(characters, offset, length);
    // The prompt follows the last line.
    if (linesOfHeld() >= height - 1) {
      start();
      String all = held.toString();
      held.setLength(0);
      pass(all.toCharArray(), 0, all.length());
    }
  }

  private void pass(char[] characters, int offset, int length) {
    try {
      pages.write(characters, offset, length);
    } catch (IOException e) {
      // Nobody reads on.
      left = true;
      onLeft.run();
    }
  }

  private int linesOfHeld() {
    int from = 0;
    lines = 0;
    for (int end = held.indexOf("\n"); end >= 0; end = held.indexOf("\n", from)) {
      int columns = TextWidth.of(held.substring(from, end).replaceAll("\033\\[[0-9;]*m", ""));
      lines += Math.max(1, (columns + width - 1) / width);
      from = end + 1;
    }
    return lines;
  }

  private void start() throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder("sh", "-c", command)
            .redirectOutput(ProcessBuilder.Redirect.INHERIT)
            .redirectError(ProcessBuilder.Redirect.INHERIT);
    LESS.forEach(builder.environment()::putIfAbsent);
    process = builder.start();
    pages = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8);
  }

  /** Whether the person has left the pages before their end. */
  boolean isLeft() {
    return left;
  }

  @Override
  public void flush() throws IOException {
    if (pages != null && !left) {
      try {
        pages.flush();
      } catch (IOException e) {
        left = true;
        onLeft.run();
      }
    }
  }

  /** Shows what was held, or waits until the person has left the pages. */
  @Override
  public void close() throws IOException {
    if (pages == null) {
      terminal.write(held.toString());
      held.setLength(0);
      terminal.flush();
      return;
    }
    try {
      pages.close();
    } catch (IOException e) {
      left = true;
    }
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("Cannot show pages: interrupted");
    }
  }
}
