package io.flanstream.model.cache;

import java.nio.ByteBuffer;

/** Bytes by key, some of which may be gone at any time. Thread-safe; throws nothing. */
interface ResultStore extends AutoCloseable {

  /** The bytes of a key, whole as they were put; null where there are none. */
  byte[] get(ByteBuffer key);

  /** Keeps bytes for a while. Neither is to be changed afterwards. */
  void put(ByteBuffer key, byte[] value);

  @Override
  void close();
}
