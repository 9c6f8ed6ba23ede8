package io.flanstream.jobs.terminal;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/**
 * The process's output, kept for the command's answers.
 *
 * <p>What a library prints to {@code System.out} would spoil the JSON lines of whoever reads them,
 * so it goes to the error stream instead.
 */
public final class StandardStreams {
  private static final OutputStream OUT = new FileOutputStream(FileDescriptor.out);
  private static final PrintWriter WRITER =
      new PrintWriter(
          new OutputStreamWriter(new BufferedOutputStream(OUT), StandardCharsets.UTF_8), false);
  private static final PrintWriter ERROR_WRITER =
      new PrintWriter(
          new OutputStreamWriter(new FileOutputStream(FileDescriptor.err), StandardCharsets.UTF_8),
          true);

  private StandardStreams() {}

  /** Takes the output for the command alone. */
  public static void claim() {
    System.setOut(
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8));
  }

  /** Bytes to the output, unbuffered. */
  public static OutputStream out() {
    return OUT;
  }

  /** Text to the output, which the writer flushes. */
  public static PrintWriter writer() {
    return WRITER;
  }

  /** Text to the error stream, line by line. */
  public static PrintWriter errorWriter() {
    return ERROR_WRITER;
  }
}
