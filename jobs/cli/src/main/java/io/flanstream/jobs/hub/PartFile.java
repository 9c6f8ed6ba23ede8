package io.flanstream.jobs.hub;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import io.flanstream.jobs.terminal.CommandException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;

/**
 * As much of a file as is on the disk, hashed while it grows.
 *
 * <p>It lies beside its final name until it is whole and sound. One thread at a time.
 */
final class PartFile implements Closeable {
  private static final int BUFFER = 1 << 18;

  private final HubFile file;
  private final Path path;
  private final Path whole;
  private final FileChannel channel;
  private MessageDigest digest;
  private long position;

  private PartFile(HubFile file, Path path, Path whole, FileChannel channel) {
    this.file = file;
    this.path = path;
    this.whole = whole;
    this.channel = channel;
  }

  /**
   * Opens what an earlier run left of a file, or nothing yet.
   *
   * @param directory where it lies
   * @param file what it will be
   * @throws CommandException if the disk does not take or give it
   */
  static PartFile open(Path directory, HubFile file) {
    Path whole = directory.resolve(file.name());
    Path path = directory.resolve(file.name() + ".part");
    try {
      if (Files.exists(whole)) {
        Files.move(whole, path, StandardCopyOption.REPLACE_EXISTING);
      }
      PartFile part = new PartFile(file, path, whole, FileChannel.open(path, CREATE, READ, WRITE));
      part.readKept();
      return part;
    } catch (IOException e) {
      throw new CommandException("Cannot open %s: %s".formatted(path, e.getMessage()), e);
    }
  }

  HubFile file() {
    return file;
  }

  /** Bytes that are there. */
  long position() {
    return position;
  }

  /** Bytes that are missing. */
  long missing() {
    return file.size() - position;
  }

  /**
   * Adds bytes at the end.
   *
   * @throws CommandException if the disk does not take them
   */
  void append(byte[] bytes, int length) {
    try {
      ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, length);
      while (buffer.hasRemaining()) {
        int written = channel.write(buffer, position);
        digest.update(bytes, buffer.position() - written, written);
        position += written;
      }
    } catch (IOException e) {
      throw new CommandException("Cannot write %s: %s".formatted(path, e.getMessage()), e);
    }
  }

  /**
   * Forgets every byte.
   *
   * @throws CommandException if the disk does not let them go
   */
  void restart() {
    try {
      channel.truncate(0);
    } catch (IOException e) {
      throw new CommandException("Cannot write %s: %s".formatted(path, e.getMessage()), e);
    }
    position = 0;
    digest = file.checksum().kind().digest(file.size());
  }

  /** The checksum of the bytes that are there; it ends the hashing. */
  Checksum checksum() {
    return Checksum.of(file.checksum().kind(), digest);
  }

  /**
   * Gives the file its name, once it is on the disk for good.
   *
   * @throws CommandException if the disk does not take it
   */
  void keep() {
    try {
      channel.force(true);
      Files.move(path, whole, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new CommandException("Cannot write %s: %s".formatted(whole, e.getMessage()), e);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  /** More bytes than the file has are another file's. */
  private void readKept() throws IOException {
    digest = file.checksum().kind().digest(file.size());
    if (channel.size() > file.size()) {
      restart();
    }
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
    long kept = channel.size();
    while (position < kept && channel.read(buffer, position) > 0) {
      position += buffer.position();
      digest.update(buffer.flip());
      buffer.clear();
    }
  }
}
