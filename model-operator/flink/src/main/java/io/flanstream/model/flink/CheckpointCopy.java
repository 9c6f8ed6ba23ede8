package io.flanstream.model.flink;

import io.flanstream.model.checkpoint.CheckpointException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
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
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.util.IOUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One copy of a checkpoint's files to a local directory, several at a time. Where the thread that
 * runs it is interrupted, it ends within a moment, and nothing writes any more.
 */
final class CheckpointCopy {
  private static final Logger LOG = LoggerFactory.getLogger(CheckpointCopy.class);
  private static final int STREAMS = 4;
  private static final long PAUSE_MILLIS = 100;
  private static final int BUFFER = 1 << 20;
  private static final int BLOCK = 1 << 24;
  private static final long SAY_EVERY = Duration.ofSeconds(10).toNanos();

  private final FileSystem source;
  private final URI uri;
  private final List<FileStatus> files;
  private final Path directory;
  private final long bytes;
  private final int blockBytes;
  private final Set<FSDataInputStream> reading = ConcurrentHashMap.newKeySet();
  private volatile boolean ended;
  private final AtomicLong here = new AtomicLong();
  private final AtomicLong said = new AtomicLong(System.nanoTime());

  CheckpointCopy(FileSystem source, URI uri, List<FileStatus> files, Path directory) {
    this(source, uri, files, directory, BLOCK);
  }

  /** The same, with a checksum for every so many bytes. */
  CheckpointCopy(
      FileSystem source, URI uri, List<FileStatus> files, Path directory, int blockBytes) {
    this.blockBytes = blockBytes;
    this.source = source;
    this.uri = uri;
    this.files = files;
    this.directory = directory;
    this.bytes = files.stream().mapToLong(FileStatus::getLen).sum();
  }

  void run() throws IOException {
    Files.createDirectories(directory);
    List<CopiedBlocks> copied = new ArrayList<>();
    for (FileStatus file : files) {
      CopiedBlocks blocks = new CopiedBlocks(target(file), blockBytes);
      here.addAndGet(blocks.verify());
      copied.add(blocks);
    }
    checkRoom();
    LOG.info("Copying model {}: {} of {} bytes are here", uri, here, bytes);
    ExecutorService streams = Executors.newFixedThreadPool(STREAMS);
    try {
      List<Future<?>> copies = new ArrayList<>();
      for (int i = 0; i < files.size(); i++) {
        FileStatus file = files.get(i);
        CopiedBlocks blocks = copied.get(i);
        copies.add(streams.submit(() -> copy(file, blocks)));
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
      end(streams);
    }
    forceDirectory();
    LOG.info("Copied model {} to {}", uri, directory);
  }

  private void checkRoom() throws IOException {
    long usable = directory.toFile().getUsableSpace();
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

  /** Nothing is written any more when this returns: another process may take over. */
  private void end(ExecutorService streams) {
    ended = true;
    streams.shutdownNow();
    boolean interrupted = false;
    while (true) {
      // What is blocked in reading does not hear an interrupt.
      reading.forEach(IOUtils::closeQuietly);
      try {
        if (streams.awaitTermination(PAUSE_MILLIS, TimeUnit.MILLISECONDS)) {
          break;
        }
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Names of files are the directory's. */
  private void forceDirectory() throws IOException {
    try (FileChannel channel = FileChannel.open(directory)) {
      channel.force(true);
    }
  }

  private void copy(FileStatus file, CopiedBlocks blocks) {
    Path target = target(file);
    try (FSDataInputStream in = source.open(file.getPath());
        FileChannel out =
            FileChannel.open(target, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      reading.add(in);
      out.truncate(blocks.position());
      if (blocks.position() > 0) {
        in.seek(blocks.position());
        out.position(blocks.position());
      }
      byte[] buffer = new byte[BUFFER];
      while (blocks.position() < file.getLen()) {
        if (ended) {
          throw new InterruptedIOException("Interrupted while copying " + file.getPath());
        }
        long left = Math.min(blocks.room(), file.getLen() - blocks.position());
        int read = in.read(buffer, 0, (int) Math.min(BUFFER, left));
        if (read < 0) {
          throw new EOFException(
              "%s ends after %s of %s bytes"
                  .formatted(file.getPath(), blocks.position(), file.getLen()));
        }
        write(out, buffer, read);
        blocks.wrote(out, buffer, read);
        copied(read);
      }
      blocks.end(out);
      reading.remove(in);
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
}
