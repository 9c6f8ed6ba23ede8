package io.flanstream.model.flink;

import io.flanstream.model.checkpoint.CheckpointException;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One copy of a checkpoint's files to a local directory, several at a time. */
final class CheckpointCopy {
  private static final Logger LOG = LoggerFactory.getLogger(CheckpointCopy.class);
  private static final int STREAMS = 4;
  private static final int BUFFER = 1 << 20;
  private static final long SAY_EVERY = Duration.ofSeconds(10).toNanos();

  private final FileSystem source;
  private final URI uri;
  private final List<FileStatus> files;
  private final Path directory;
  private final long bytes;
  private final AtomicLong here = new AtomicLong();
  private final AtomicLong said = new AtomicLong(System.nanoTime());

  CheckpointCopy(FileSystem source, URI uri, List<FileStatus> files, Path directory) {
    this.source = source;
    this.uri = uri;
    this.files = files;
    this.directory = directory;
    this.bytes = files.stream().mapToLong(FileStatus::getLen).sum();
  }

  void run() throws IOException {
    Files.createDirectories(directory);
    for (FileStatus file : files) {
      here.addAndGet(lengthOf(target(file)));
    }
    checkRoom();
    LOG.info("Copying model {}: {} of {} bytes are here", uri, here, bytes);
    ExecutorService streams = Executors.newFixedThreadPool(STREAMS);
    try {
      List<Future<?>> copies = new ArrayList<>();
      for (FileStatus file : files) {
        copies.add(streams.submit(() -> copy(file)));
      }
      for (Future<?> copy : copies) {
        copy.get();
      }
    } catch (ExecutionException e) {
      throw e.getCause() instanceof UncheckedIOException io
          ? io.getCause()
          : new IOException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted while copying " + uri, e);
    } finally {
      streams.shutdownNow();
    }
    LOG.info("Copied model {} to {}", uri, directory);
  }

  private void checkRoom() throws IOException {
    long usable = Files.getFileStore(directory).getUsableSpace();
    if (usable < bytes - here.get()) {
      throw new CheckpointException(
          String.format(
              Locale.ROOT,
              "Cannot open checkpoint: copying %s to %s needs %,d bytes more, %,d are free",
              uri,
              directory,
              bytes - here.get(),
              usable));
    }
  }

  private void copy(FileStatus file) {
    Path target = target(file);
    try (FSDataInputStream in = source.open(file.getPath());
        FileChannel out =
            FileChannel.open(target, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      long at = out.size();
      if (at > 0) {
        in.seek(at);
        out.position(at);
      }
      byte[] buffer = new byte[BUFFER];
      while (at < file.getLen()) {
        int read = in.read(buffer, 0, (int) Math.min(BUFFER, file.getLen() - at));
        if (read < 0) {
          throw new EOFException(
              String.format(
                  Locale.ROOT,
                  "%s ends after %,d of %,d bytes",
                  file.getPath(),
                  at,
                  file.getLen()));
        }
        write(out, buffer, read);
        at += read;
        copied(read);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(FileChannel out, byte[] buffer, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, length);
    while (bytes.hasRemaining()) {
      out.write(bytes);
    }
  }

  private void copied(int count) {
    long done = here.addAndGet(count);
    long last = said.get();
    long now = System.nanoTime();
    if (now - last > SAY_EVERY && said.compareAndSet(last, now)) {
      LOG.info("Copying model {}: {} of {} bytes are here", uri, done, bytes);
    }
  }

  private Path target(FileStatus file) {
    return directory.resolve(file.getPath().getName());
  }

  private static long lengthOf(Path file) throws IOException {
    return Files.exists(file) ? Files.size(file) : 0;
  }
}
