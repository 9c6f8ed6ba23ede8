package io.flanstream.jobs.hub;

import io.flanstream.jobs.terminal.ByteCount;
import io.flanstream.jobs.terminal.CommandException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where a model goes: into a directory beside its own, {@code <name>.partial}, which takes the name
 * when it is complete. One process at a time holds it.
 */
final class PullDirectory implements Closeable {
  private static final String LOCK = ".lock";

  private final Path directory;
  private final Path partial;
  private FileChannel lock;

  PullDirectory(Path directory) {
    this.directory = directory.toAbsolutePath().normalize();
    this.partial = partialOf(this.directory);
  }

  /** Where the files of an unfinished pull are. */
  static Path partialOf(Path directory) {
    return directory.resolveSibling(directory.getFileName() + ".partial");
  }

  /** Where files are put until all are there. */
  Path partial() {
    return partial;
  }

  /** What the directory holds already, if a pull has filled it. */
  Optional<PullReceipt> receipt() throws IOException {
    return PullReceipt.read(directory);
  }

  /**
   * Makes it ready for files.
   *
   * @throws CommandException if another process is at it, or the directory holds other things
   */
  void open(HubModel model) throws IOException {
    if (Files.exists(directory) && !isEmptyDirectory()) {
      throw new CommandException(
          "Cannot pull %s: %s must be empty or not there, and holds %s"
              .formatted(model, directory, holds()));
    }
    Files.createDirectories(partial);
    lock =
        FileChannel.open(
            partial.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (!isLocked()) {
      close();
      throw new CommandException(
          "Cannot pull %s: another process is pulling into %s".formatted(model, partial));
    }
  }

  /**
   * Checks that files fit on the disk beside what an earlier pull left of them.
   *
   * @param more bytes that are written besides
   * @throws CommandException if they do not
   */
  void checkSpace(HubModel model, List<HubFile> files, long more) throws IOException {
    long missing = Math.max(0, more - converted());
    for (HubFile file : files) {
      missing += file.size() - Math.min(file.size(), Math.max(kept(file, ".part"), kept(file, "")));
    }
    long usable = partial.toFile().getUsableSpace();
    if (missing > usable) {
      throw new CommandException(
          "Cannot pull %s: %s must have %s free, and has %s"
              .formatted(model, partial, ByteCount.of(missing), ByteCount.of(usable)));
    }
  }

  /** Gives the directory its name, in one step. */
  void publish(PullReceipt receipt) throws IOException {
    receipt.write(partial);
    removeOthers(receipt);
    Files.deleteIfExists(partial.resolve(LOCK));
    Files.move(partial, directory, StandardCopyOption.ATOMIC_MOVE);
  }

  @Override
  public void close() throws IOException {
    if (lock != null) {
      lock.close();
    }
  }

  /** Bytes of safetensors that an earlier run has converted. */
  private long converted() throws IOException {
    long bytes = 0;
    try (Stream<Path> paths = Files.list(partial)) {
      for (Path path : paths.filter(path -> path.toString().endsWith(".safetensors")).toList()) {
        bytes += Files.size(path);
      }
    }
    return bytes;
  }

  private long kept(HubFile file, String suffix) throws IOException {
    Path path = partial.resolve(file.name() + suffix);
    return Files.isRegularFile(path) ? Files.size(path) : 0;
  }

  /** An earlier pull may have been of another commit, with other shards. */
  private void removeOthers(PullReceipt receipt) throws IOException {
    List<String> names = receipt.files().stream().map(HubFile::name).toList();
    try (Stream<Path> paths = Files.list(partial)) {
      for (Path path : paths.filter(Files::isRegularFile).toList()) {
        String name = path.getFileName().toString();
        if (!names.contains(name) && !name.equals(PullReceipt.FILE)) {
          Files.delete(path);
        }
      }
    }
  }

  private boolean isLocked() throws IOException {
    try {
      FileLock held = lock.tryLock();
      return held != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  private boolean isEmptyDirectory() throws IOException {
    if (!Files.isDirectory(directory)) {
      return false;
    }
    try (Stream<Path> paths = Files.list(directory)) {
      return paths.findAny().isEmpty();
    }
  }

  private String holds() throws IOException {
    return receipt()
        .map(receipt -> "%s at commit %s".formatted(receipt.model(), receipt.commit()))
        .orElse("something else");
  }
}
