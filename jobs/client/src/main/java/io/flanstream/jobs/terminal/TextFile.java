package io.flanstream.jobs.terminal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Text files as other tools write them. */
public final class TextFile {
  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private TextFile() {}

  /**
   * Reads a file.
   *
   * @param file a file in UTF-8
   * @return its text, without the byte order mark that it may begin with
   * @throws java.nio.charset.CharacterCodingException if it is not UTF-8
   */
  public static String read(Path file) throws IOException {
    return withoutMark(Files.readString(file));
  }

  /** A text without the byte order mark that it may begin with. */
  public static String withoutMark(String text) {
    return text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
  }
}
