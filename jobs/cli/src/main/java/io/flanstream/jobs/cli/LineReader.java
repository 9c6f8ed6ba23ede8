package io.flanstream.jobs.cli;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

/** Lines of a stream as bytes, so that a character that is not UTF-8 costs its own line only. */
final class LineReader {
  private final InputStream input;

  LineReader(InputStream input) {
    this.input = new BufferedInputStream(input, 1 << 16);
  }

  /** The next line without its end; null where there is none. */
  byte[] next() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    int read = input.read();
    if (read < 0) {
      return null;
    }
    while (read >= 0 && read != '\n') {
      line.write(read);
      read = input.read();
    }
    return line.toByteArray();
  }

  /** Whether there is nothing but white space on a line. */
  static boolean isBlank(byte[] line) {
    for (byte character : line) {
      if (character != ' ' && character != '\t' && character != '\r') {
        return false;
      }
    }
    return true;
  }
}
