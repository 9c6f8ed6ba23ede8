package io.flanstream.model.pickle;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Bytes of a pickle within a file, read in order and never beyond its end. */
final class PickleInput {
  private static final int BUFFER = 1 << 13;
  private static final int LONGEST_TEXT = 1 << 16;
  private static final int LONGEST_LINE = 1 << 10;

  private final FileChannel channel;
  private final Path file;
  private final String entry;
  private final long start;
  private final long end;
  private final ByteBuffer buffer =
      ByteBuffer.allocate(BUFFER).order(ByteOrder.LITTLE_ENDIAN).limit(0);
  private long filled;

  /**
   * Bytes of a file.
   *
   * @param channel the file
   * @param file its name in messages
   * @param entry what the bytes are of it
   * @param start first byte
   * @param end byte after the last
   */
  PickleInput(FileChannel channel, Path file, String entry, long start, long end) {
    this.channel = channel;
    this.file = file;
    this.entry = entry;
    this.start = start;
    this.end = end;
    this.filled = start;
  }

  /** Offset of the next byte from the first. */
  long offset() {
    return filled - buffer.remaining() - start;
  }

  int nextByte() {
    require(1);
    return buffer.get() & 0xff;
  }

  int nextShort() {
    require(2);
    return buffer.getShort() & 0xffff;
  }

  int nextInt() {
    require(4);
    return buffer.getInt();
  }

  long nextLong() {
    require(8);
    return buffer.getLong();
  }

  /** A double, which alone is big-endian in a pickle. */
  double nextDouble() {
    return Double.longBitsToDouble(Long.reverseBytes(nextLong()));
  }

  byte[] nextBytes(int length) {
    if (length > end - start - offset()) {
      throw cutOff(length);
    }
    byte[] bytes = new byte[length];
    for (int at = 0; at < length; ) {
      require(1);
      int part = Math.min(buffer.remaining(), length - at);
      buffer.get(bytes, at, part);
      at += part;
    }
    return bytes;
  }

  /** Text of a number of bytes in UTF-8. */
  String nextText(long length) {
    long at = offset();
    if (length < 0 || length > LONGEST_TEXT) {
      throw refused("text", at, "have at most %s bytes".formatted(LONGEST_TEXT), length);
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(nextBytes((int) length)))
          .toString();
    } catch (CharacterCodingException e) {
      throw refused("text", at, "be UTF-8", "other bytes");
    }
  }

  /** Text up to the end of its line. */
  String nextLine() {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    long at = offset();
    for (int next = nextByte(); next != '\n'; next = nextByte()) {
      if (line.size() == LONGEST_LINE) {
        throw refused("a name", at, "have at most %s bytes".formatted(LONGEST_LINE), "more");
      }
      line.write(next);
    }
    return line.toString(StandardCharsets.UTF_8);
  }

  /** Goes on somewhere else, forward or not. */
  void moveTo(long offset) {
    if (offset < 0 || offset > end - start) {
      throw new PickleException(
          "Cannot read %s: %s is cut off: it must have %s bytes, got %s"
              .formatted(file, entry, offset, end - start));
    }
    filled = start + offset;
    buffer.limit(0);
  }

  /** What is at a byte breaks a rule. */
  PickleException refused(String what, long at, String rule, Object got) {
    return new PickleException(
        "Cannot read %s: %s at byte %s of %s must %s, got %s"
            .formatted(file, what, at, entry, rule, got));
  }

  private PickleException cutOff(long bytes) {
    return new PickleException(
        "Cannot read %s: %s is cut off: byte %s must be followed by %s more, got %s"
            .formatted(file, entry, offset(), bytes, end - start - offset()));
  }

  private void require(int bytes) {
    if (buffer.remaining() >= bytes) {
      return;
    }
    if (bytes > end - start - offset()) {
      throw cutOff(bytes);
    }
    buffer.compact();
    buffer.limit((int) Math.min(buffer.capacity(), buffer.position() + (end - filled)));
    try {
      while (buffer.position() < bytes) {
        int read = channel.read(buffer, filled);
        if (read < 0) {
          buffer.flip();
          throw cutOff(bytes);
        }
        filled += read;
      }
    } catch (IOException e) {
      throw new PickleException("Cannot read %s: %s".formatted(file, e.getMessage()), e);
    }
    buffer.flip();
  }
}
