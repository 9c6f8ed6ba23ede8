package io.flanstream.model.convert;

import io.flanstream.model.checkpoint.CheckpointException;
import io.flanstream.model.checkpoint.Sha256;
import java.io.Closeable;
import java.io.IOException;
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

/** A file that is hashed by a thread of its own while it is written from its start to its end. */
final class HashedFile implements Closeable {
  private static final int BUFFER = 1 << 22;
  private static final int BUFFERS = 3;

  private final Path path;
  private final FileChannel channel;
  private final MessageDigest digest = Sha256.digest();
  private final ByteBuffer[] buffers = new ByteBuffer[BUFFERS];
  private final CompletableFuture<?>[] hashed = new CompletableFuture<?>[BUFFERS];
  private final ExecutorService hashing =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "weights-hash");
            thread.setDaemon(true);
            return thread;
          });
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
  ByteBuffer buffer() {
    await(hashed[next]);
    return buffers[next].clear();
  }

  /** Adds the bytes of the buffer that was given out last. */
  void write(ByteBuffer filled) throws IOException {
    ByteBuffer bytes = filled.flip();
    ByteBuffer copy = bytes.duplicate();
    hashed[next] = CompletableFuture.runAsync(() -> digest.update(copy), hashing);
    next = (next + 1) % BUFFERS;
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /** Puts everything on the disk for good; the SHA-256 of it, lower-case hexadecimal. */
  String finish() throws IOException {
    channel.force(true);
    for (CompletableFuture<?> part : hashed) {
      await(part);
    }
    return Sha256.hex(digest);
  }

  @Override
  public void close() throws IOException {
    hashing.shutdown();
    channel.close();
  }

  private void await(CompletableFuture<?> part) {
    try {
      part.join();
    } catch (CompletionException e) {
      throw new CheckpointException("Cannot write %s: it cannot be hashed".formatted(path), e);
    }
  }
}
