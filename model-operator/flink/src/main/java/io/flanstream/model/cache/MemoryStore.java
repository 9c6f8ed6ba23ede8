package io.flanstream.model.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.nio.ByteBuffer;

/** What was asked for lately or often, up to a number of bytes. */
final class MemoryStore implements ResultStore {
  // Objects and references of an entry, roughly.
  private static final int OVERHEAD = 200;

  private final Cache<ByteBuffer, byte[]> results;

  MemoryStore(long bytes) {
    this.results =
        Caffeine.newBuilder()
            .maximumWeight(bytes)
            .weigher((ByteBuffer key, byte[] value) -> OVERHEAD + key.remaining() + value.length)
            .build();
  }

  @Override
  public byte[] get(ByteBuffer key) {
    return results.getIfPresent(key);
  }

  @Override
  public void put(ByteBuffer key, byte[] value) {
    results.put(key, value);
  }

  @Override
  public void close() {
    results.invalidateAll();
  }
}
