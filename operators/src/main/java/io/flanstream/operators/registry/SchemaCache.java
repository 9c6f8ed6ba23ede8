package io.flanstream.operators.registry;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Schemas by the path of their id, which never change, and ids that are unknown, for some seconds.
 * The least used are dropped: ids are what anybody writes to a topic. One thread at a time.
 *
 * @param <S> what a schema is
 */
final class SchemaCache<S> {
  private static final int MOST = 1000;
  private static final Duration UNKNOWN_FOR = Duration.ofSeconds(30);

  private final Map<String, Found<S>> entries =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Found<S>> eldest) {
          return size() > MOST;
        }
      };

  private record Found<S>(S schema, UnknownSchemaException unknown, long at) {
    boolean isFresh() {
      return schema != null || System.nanoTime() - at < UNKNOWN_FOR.toNanos();
    }
  }

  /** Where a schema comes from. */
  @FunctionalInterface
  interface Source<S> {
    S schema(String path) throws UnknownSchemaException;
  }

  S get(String path, Source<S> source) throws UnknownSchemaException {
    Found<S> found = entries.get(path);
    if (found == null || !found.isFresh()) {
      found = find(path, source);
      entries.put(path, found);
    }
    if (found.unknown() != null) {
      throw found.unknown();
    }
    return found.schema();
  }

  private static <S> Found<S> find(String path, Source<S> source) {
    try {
      return new Found<>(source.schema(path), null, 0);
    } catch (UnknownSchemaException e) {
      return new Found<>(null, e, System.nanoTime());
    }
  }
}
