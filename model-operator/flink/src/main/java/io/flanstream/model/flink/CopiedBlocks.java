package io.flanstream.model.flink;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The blocks of a file that are known to be on the disk: a checksum of each, written once the disk
 * has the block. Of a file that was cut off, or torn by the loss of power, what has its checksum
 * still is gone on from, and the rest is copied again. For one thread.
 */
final class CopiedBlocks {
  static final String SUFFIX = ".blocks";

  private static final int BUFFER = 1 << 20;

  private final Path file;
  private final Path checksums;
  private final int blockBytes;
  private final CRC32C block = new CRC32C();
  private long position;
  private int inBlock;

  CopiedBlocks(Path file, int blockBytes) {
    this.file = file;
    this.checksums = file.resolveSibling(file.getFileName() + SUFFIX);
    this.blockBytes = blockBytes;
  }

  /** How many bytes at the beginning of the file are sound; what is behind them is forgotten. */
  long verify() throws IOException {
    List<String> known =
        Files.exists(checksums)
            ? Files.readAllLines(checksums, StandardCharsets.US_ASCII)
            : List.of();
    int sound = Files.exists(file) ? sound(known) : 0;
    Files.write(checksums, known.subList(0, sound), StandardCharsets.US_ASCII);
    position = (long) sound * blockBytes;
    return position;
  }

  private int sound(List<String> known) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(Math.min(BUFFER, blockBytes));
    try (FileChannel in = FileChannel.open(file)) {
      int sound = 0;
      while (sound < known.size() && checksum(in, sound, buffer).equals(known.get(sound))) {
        sound++;
      }
      return sound;
    }
  }

  private String checksum(FileChannel in, int number, ByteBuffer buffer) throws IOException {
    CRC32C checksum = new CRC32C();
    long at = (long) number * blockBytes;
    long end = at + blockBytes;
    while (at < end) {
      int read = in.read(buffer.clear().limit((int) Math.min(buffer.capacity(), end - at)), at);
      if (read < 0) {
        return "";
      }
      checksum.update(buffer.flip());
      at += read;
    }
    return Long.toHexString(checksum.getValue());
  }

  /** How many bytes may be written before the next {@link #wrote}. */
  int room() {
    return blockBytes - inBlock;
  }

  /** So many bytes were written; at the end of a block, the disk is waited for. */
  void wrote(FileChannel out, byte[] bytes, int length) throws IOException {
    block.update(bytes, 0, length);
    inBlock += length;
    position += length;
    if (inBlock == blockBytes) {
      out.force(false);
      Files.writeString(
          checksums,
          Long.toHexString(block.getValue()) + "\n",
          StandardCharsets.US_ASCII,
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
      block.reset();
      inBlock = 0;
    }
  }

  /** Where the next bytes go. */
  long position() {
    return position;
  }

  /** Says that the file is whole: its checksums are of no more use. */
  void end(FileChannel out) throws IOException {
    out.force(true);
    Files.deleteIfExists(checksums);
  }
}
