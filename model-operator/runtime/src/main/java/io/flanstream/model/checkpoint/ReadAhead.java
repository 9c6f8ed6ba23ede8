package io.flanstream.model.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongConsumer;

/**
 * Reads files into the page cache, several parts at a time and each from its beginning to its end:
 * a disk is fast when it is asked for much in order, and slow when every page of a mapping is asked
 * for when it is first touched.
 */
public final class ReadAhead implements AutoCloseable {
  private static final int STREAMS = 4;
  private static final long PART = 1L << 26;
  private static final int BUFFER = 1 << 20;

  private final Queue<Part> parts;
  private final LongConsumer listener;
  private final ExecutorService streams = Executors.newFixedThreadPool(STREAMS, ReadAhead::daemon);
  private final List<Future<?>> reading = new ArrayList<>();

  private ReadAhead(Queue<Part> parts, LongConsumer listener) {
    this.parts = new ConcurrentLinkedQueue<>(parts);
    this.listener = listener;
  }

  /**
   * Begins to read.
   *
   * @param files the files, in the order in which they are wanted
   * @param listener is told how many bytes more were read, by several threads at a time
   * @return the reading, to be closed by the caller
   * @throws CheckpointException if a file is not there
   */
  public static ReadAhead start(Collection<Path> files, LongConsumer listener) {
    Queue<Part> parts = new ArrayDeque<>();
    for (Path file : files) {
      long size = size(file);
      for (long at = 0; at < size; at += PART) {
        parts.add(new Part(file, at, Math.min(PART, size - at)));
      }
    }
    ReadAhead ahead = new ReadAhead(parts, listener);
    for (int i = 0; i < STREAMS; i++) {
      ahead.reading.add(ahead.streams.submit(ahead::read));
    }
    return ahead;
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private void read() {
    ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
    for (Part part = parts.poll(); part != null; part = parts.poll()) {
      try (FileChannel channel = FileChannel.open(part.file())) {
        long at = part.position();
        long end = at + part.bytes();
        while (at < end) {
          int read = channel.read(buffer.clear().limit((int) Math.min(BUFFER, end - at)), at);
          if (read < 0) {
            throw new CheckpointException(
                "Cannot open checkpoint: %s was cut off while it was read".formatted(part.file()));
          }
          at += read;
          listener.accept(read);
        }
      } catch (IOException e) {
        throw unreadable(part.file(), e);
      }
    }
  }

  private static CheckpointException unreadable(Path file, IOException cause) {
    return new CheckpointException(
        "Cannot open checkpoint: %s is not readable".formatted(file), cause);
  }

  /**
   * Waits until everything is read.
   *
   * @throws CheckpointException if a file is cut off or not readable, or the thread is interrupted
   */
  public void await() {
    try {
      for (Future<?> stream : reading) {
        stream.get();
      }
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause
          ? cause
          : new IllegalStateException("Cannot read weights", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CheckpointException("Cannot open checkpoint: interrupted while it was read", e);
    }
  }

  /** Ends reading, whether all is read or not. */
  @Override
  public void close() {
    parts.clear();
    streams.shutdownNow();
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "weights-read-ahead");
    thread.setDaemon(true);
    return thread;
  }

  private record Part(Path file, long position, long bytes) {}
}
