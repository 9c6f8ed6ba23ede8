package io.flanstream.model.flink;

import io.flanstream.model.checkpoint.CheckpointException;
import io.flanstream.model.checkpoint.Sha256;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.UnsupportedFileSystemSchemeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Local copies of checkpoints that lie on a Flink file system, such as {@code s3://bucket/model}:
 * weights are mapped, so they must be files of this machine.
 *
 * <p>A copy is named after a hash of the URI and of the names, sizes and times of its files, so
 * that a checkpoint that changes is copied anew. It is there once it is complete and on the disk;
 * of what was cut off or torn, the blocks that have their checksums are gone on from. Processes of
 * a machine wait for each other, and copy once. Nothing is deleted.
 */
final class CheckpointCache {
  private static final Logger LOG = LoggerFactory.getLogger(CheckpointCache.class);
  private static final Pattern REMOTE = Pattern.compile("(?!file:)[a-z][a-z0-9+.-]+://.+");
  private static final Pattern WANTED =
      Pattern.compile(
          "((adapter|generation|tokenizer)_)?config\\.json|tokenizer\\.json|spiece\\.model"
              + "|(special_tokens_map|added_tokens)\\.json|.+\\.safetensors(\\.index\\.json)?");
  private static final int HASH_DIGITS = 16;
  private static final Map<Path, Lock> COPYING = new ConcurrentHashMap<>();

  private final Path directory;

  CheckpointCache(Path directory) {
    this.directory = directory;
  }

  /** Whether a path names a file system other than the machine's own. */
  static boolean isRemote(String path) {
    return REMOTE.matcher(path).matches();
  }

  /** The last part of a path, without the slash that may follow it. */
  static String nameOf(String path) {
    String trimmed = path.replaceAll("/+$", "");
    return trimmed.substring(trimmed.lastIndexOf('/') + 1);
  }

  /**
   * Copies a checkpoint here, if it is not here yet.
   *
   * @param path URI of its directory
   * @return the copy's directory
   * @throws CheckpointException if there is no checkpoint, no such file system, or no room
   * @throws UncheckedIOException if reading or writing fails
   */
  Path fetch(String path) {
    try {
      return fetch(URI.create(path));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot copy model %s to %s".formatted(path, directory), e);
    }
  }

  private Path fetch(URI uri) throws IOException {
    FileSystem files = fileSystem(uri);
    List<FileStatus> wanted = list(files, uri);
    Path copy = directory.resolve(nameOf(uri.getPath()) + "-" + hash(uri, wanted));
    Lock own = COPYING.computeIfAbsent(copy, any -> new ReentrantLock());
    try {
      // One at a time in this process: a file lock is the process's own.
      own.lockInterruptibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("Interrupted while another copied " + uri);
    }
    try {
      if (Files.isDirectory(copy)) {
        LOG.info("Model {} is here as {}", uri, copy);
      } else {
        copy(files, uri, wanted, copy);
      }
      return copy;
    } finally {
      own.unlock();
    }
  }

  private void copy(FileSystem files, URI uri, List<FileStatus> wanted, Path copy)
      throws IOException {
    Files.createDirectories(directory);
    Path lockFile = directory.resolve(copy.getFileName() + ".lock");
    try (FileChannel channel =
            FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      if (lock.isValid() && !Files.isDirectory(copy)) {
        Path partial = directory.resolve(copy.getFileName() + ".partial");
        new CheckpointCopy(files, uri, wanted, partial).run();
        Files.move(partial, copy, StandardCopyOption.ATOMIC_MOVE);
      }
    }
  }

  private static FileSystem fileSystem(URI uri) throws IOException {
    try {
      return FileSystem.get(uri);
    } catch (UnsupportedFileSystemSchemeException e) {
      throw new CheckpointException(
          "Cannot open checkpoint: no file system of this Flink reads %s; is its plugin in plugins/?"
              .formatted(uri),
          e);
    }
  }

  private static List<FileStatus> list(FileSystem files, URI uri) throws IOException {
    FileStatus[] all;
    try {
      all = files.listStatus(new org.apache.flink.core.fs.Path(uri));
    } catch (FileNotFoundException e) {
      throw missing(uri);
    }
    List<FileStatus> wanted =
        Arrays.stream(all == null ? new FileStatus[0] : all)
            .filter(file -> !file.isDir() && WANTED.matcher(file.getPath().getName()).matches())
            .sorted(Comparator.comparing(file -> file.getPath().getName()))
            .toList();
    if (wanted.isEmpty()) {
      throw missing(uri);
    }
    return wanted;
  }

  private static CheckpointException missing(URI uri) {
    return new CheckpointException(
        "Cannot open checkpoint: %s holds neither config.json nor tokenizer.json nor safetensors files"
            .formatted(uri));
  }

  private static String hash(URI uri, List<FileStatus> files) {
    MessageDigest digest = Sha256.digest();
    digest.update(uri.toString().getBytes(StandardCharsets.UTF_8));
    for (FileStatus file : files) {
      digest.update(
          "\n%s %s %s"
              .formatted(file.getPath().getName(), file.getLen(), file.getModificationTime())
              .getBytes(StandardCharsets.UTF_8));
    }
    return Sha256.hex(digest).substring(0, HASH_DIGITS);
  }
}
