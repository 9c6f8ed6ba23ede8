package io.flanstream.model.cache;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

/**
 * Results of a process by what was asked: in memory, and behind it in a file that outlives the
 * process. It may forget any of them, and never gives anything but what was put. Thread-safe.
 */
public final class ResultCache implements AutoCloseable {
  private final MemoryStore memory;
  private final DiskStore disk;

  private ResultCache(MemoryStore memory, DiskStore disk) {
    this.memory = memory;
    this.disk = disk;
  }

  /**
   * Opens a cache; a file that is damaged begins anew.
   *
   * @param settings where results are kept
   * @return the cache, to be closed by the caller
   * @throws IllegalStateException if there can be no file in the directory
   */
  public static ResultCache open(CacheSettings settings) {
    return new ResultCache(
        settings.memoryBytes() > 0 ? new MemoryStore(settings.memoryBytes()) : null,
        settings.directory() == null
            ? null
            : DiskStore.open(settings.directory(), settings.diskBytes()));
  }

  /**
   * What was put under a key; null where it is not there. Done at once where memory has it or there
   * is no disk; read on a thread of the disk's otherwise.
   */
  CompletableFuture<byte[]> get(ByteBuffer key) {
    byte[] value = memory == null ? null : memory.get(key);
    if (value != null || disk == null) {
      return CompletableFuture.completedFuture(value);
    }
    CompletableFuture<byte[]> reading = disk.read(key);
    if (memory != null) {
      var unusedCopy =
          reading.thenAccept(
              read -> {
                if (read != null) {
                  memory.put(key, read);
                }
              });
    }
    return reading;
  }

  void put(ByteBuffer key, byte[] value) {
    if (memory != null) {
      memory.put(key, value);
    }
    if (disk != null) {
      disk.put(key, value);
    }
  }

  /** Writes what is not written yet. */
  @Override
  public void close() {
    if (memory != null) {
      memory.close();
    }
    if (disk != null) {
      disk.close();
    }
  }
}
