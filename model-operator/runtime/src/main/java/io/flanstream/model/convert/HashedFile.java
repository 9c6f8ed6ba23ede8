package io.flanstream.model.convert;

import io.flanstream.model.checkpoint.CheckpointException;
import io.flanstream.model.checkpoint.Sha256;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

/**
 * A file that is written from its start to its end, while a second thread hashes it and a third
 * puts it on the disk: a system that writes late would leave the disk idle, and then wait for it.
 */
final class HashedFile implements Closeable {
  private static final int BUFFER = 1 << 22;
  private static final int BUFFERS = 3;

  /** Bytes that are copied by the system in one call, and hashed in one task. */
  private static final int PIECE = 1 << 24;

  private static final int READ = 1 << 20;
  private static final String CUT_OFF = "it was cut off while it was read";
  private static final long FORCED = 1L << 27;

  private final Path path;
  private final FileChannel channel;
  private final MessageDigest digest = Sha256.digest();
  private final ByteBuffer[] buffers = new ByteBuffer[BUFFERS];
  private final CompletableFuture<?>[] hashed = new CompletableFuture<?>[BUFFERS];
  private final ExecutorService hashing = thread("weights-hash");
  private final ExecutorService forcing = thread("weights-disk");
  private final Semaphore ahead = new Semaphore(2 * BUFFERS);
  private final ByteBuffer read = ByteBuffer.allocateDirect(READ);

  /** Runs behind all before it, and fails where one of them has. */
  private CompletableFuture<?> lastHashed = CompletableFuture.completedFuture(null);

  private CompletableFuture<?> forced = CompletableFuture.completedFuture(null);
  private long unforced;
  private int next;

  HashedFile(Path path) throws IOException {
    this.path = path;
    this.channel =
        FileChannel.open(
            path,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING);
    for (int i = 0; i < BUFFERS; i++) {
      buffers[i] = ByteBuffer.allocateDirect(BUFFER).order(ByteOrder.nativeOrder());
      hashed[i] = CompletableFuture.completedFuture(null);
    }
  }

  /** An empty buffer, to be filled and given to {@link #write}. */
  ByteBuffer buffer() throws IOException {
    await(hashed[next]);
    return buffers[next].clear();
  }

  /** Adds the bytes of the buffer that was given out last. */
  void write(ByteBuffer filled) throws IOException {
    ByteBuffer bytes = filled.flip();
    ByteBuffer copy = bytes.duplicate();
    lastHashed = lastHashed.thenRunAsync(() -> digest.update(copy), hashing);
    hashed[next] = lastHashed;
    next = (next + 1) % BUFFERS;
    int count = bytes.remaining();
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
    written(count);
  }

  /**
   * Adds bytes of another file, which do not come into the process but to be hashed.
   *
   * @param listener is told of every part
   */
  void transfer(FileChannel from, long position, long count, ConversionListener listener)
      throws IOException {
    for (long done = 0; done < count; ) {
      int part = (int) Math.min(PIECE, count - done);
      long at = position + done;
      ahead.acquireUninterruptibly();
      lastHashed =
          lastHashed
              .thenRunAsync(() -> hash(from, at, part), hashing)
              .whenComplete((hashed, failure) -> ahead.release());
      for (long moved = 0; moved < part; ) {
        long now = from.transferTo(at + moved, part - moved, channel);
        if (now <= 0) {
          throw new IOException(CUT_OFF);
        }
        moved += now;
      }
      written(part);
      listener.converted(part);
      done += part;
    }
  }

  private void hash(FileChannel from, long position, int count) {
    try {
      for (int done = 0; done < count; ) {
        read.clear().limit(Math.min(READ, count - done));
        int now = from.read(read, position + done);
        if (now < 0) {
          throw new IOException(CUT_OFF);
        }
        digest.update(read.flip());
        done += now;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void written(int count) {
    unforced += count;
    if (unforced >= FORCED && forced.isDone()) {
      unforced = 0;
      forced = CompletableFuture.runAsync(this::force, forcing);
    }
  }

  private void force() {
    try {
      channel.force(false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Puts everything on the disk for good; the SHA-256 of it, lower-case hexadecimal. */
  String finish() throws IOException {
    await(forced);
    channel.force(true);
    await(lastHashed);
    return Sha256.hex(digest);
  }

  @Override
  public void close() throws IOException {
    hashing.shutdown();
    forcing.shutdown();
    channel.close();
  }

  private void await(CompletableFuture<?> part) throws IOException {
    try {
      part.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof UncheckedIOException disk) {
        throw disk.getCause();
      }
      throw new CheckpointException("Cannot write %s: it cannot be hashed".formatted(path), e);
    }
  }

  private static ExecutorService thread(String name) {
    return Executors.newSingleThreadExecutor(
        task -> {
          Thread thread = new Thread(task, name);
          thread.setDaemon(true);
          return thread;
        });
  }
}
