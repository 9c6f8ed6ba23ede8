package io.flanstream.model.pickle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** Reads whole structures of a file, each checked to lie in it. */
record FileRegion(FileChannel channel, Path file, long size) {

  static FileRegion of(FileChannel channel, Path file) throws IOException {
    return new FileRegion(channel, file, channel.size());
  }

  /**
   * Little-endian bytes.
   *
   * @throws PickleException if the file does not have them
   */
  ByteBuffer read(long position, int length) {
    if (position < 0 || length > size - position) {
      throw new PickleException(
          "Cannot read %s: the file is cut off or malformed: it must have %s bytes from byte %s, got %s in all"
              .formatted(file, length, position, size));
    }
    ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    try {
      while (buffer.hasRemaining()) {
        if (channel.read(buffer, position + buffer.position()) < 0) {
          throw new PickleException("Cannot read %s: it was cut off meanwhile".formatted(file));
        }
      }
    } catch (IOException e) {
      throw new PickleException("Cannot read %s: %s".formatted(file, e.getMessage()), e);
    }
    return buffer.flip();
  }

  PickleException refused(String what, String rule, Object got) {
    return new PickleException(
        "Cannot read %s: %s must %s, got %s".formatted(file, what, rule, got));
  }
}
