package io.flanstream.model.cache;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Results of a process by what was asked: in memory, and behind it in a file that outlives the
 * process. It may forget any of them, and never gives anything but what was put. Thread-safe.
 */
public final class ResultCache implements AutoCloseable {
  private final List<ResultStore> stores;

  private ResultCache(List<ResultStore> stores) {
    this.stores = stores;
  }

  /**
   * Opens a cache; a file that is damaged begins anew.
   *
   * @param settings where results are kept
   * @return the cache, to be closed by the caller
   * @throws IllegalStateException if there can be no file in the directory
   */
  public static ResultCache open(CacheSettings settings) {
    List<ResultStore> stores = new ArrayList<>();
    if (settings.memoryBytes() > 0) {
      stores.add(new MemoryStore(settings.memoryBytes()));
    }
    if (settings.directory() != null) {
      stores.add(DiskStore.open(settings.directory(), settings.diskBytes()));
    }
    return new ResultCache(stores);
  }

  /** What was put under a key; null where it is not there. */
  byte[] get(ByteBuffer key) {
    for (int i = 0; i < stores.size(); i++) {
      byte[] value = stores.get(i).get(key);
      if (value != null) {
        stores.subList(0, i).forEach(faster -> faster.put(key, value));
        return value;
      }
    }
    return null;
  }

  void put(ByteBuffer key, byte[] value) {
    stores.forEach(store -> store.put(key, value));
  }

  /** Writes what is not written yet. */
  @Override
  public void close() {
    stores.forEach(ResultStore::close);
  }
}
