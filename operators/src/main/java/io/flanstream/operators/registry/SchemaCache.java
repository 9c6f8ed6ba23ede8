package io.flanstream.operators.registry;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.avro.Schema;

/**
 * Schemas by id, which never change, and ids that are unknown, for some seconds. The least used are
 * dropped: ids are what anybody writes to a topic. One thread at a time.
 */
final class SchemaCache {
  private static final int MOST = 1000;
  private static final Duration UNKNOWN_FOR = Duration.ofSeconds(30);

  private final Map<Integer, Entry> entries =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, Entry> eldest) {
          return size() > MOST;
        }
      };

  private record Entry(Schema schema, UnknownSchemaException unknown, long at) {
    boolean isFresh() {
      return schema != null || System.nanoTime() - at < UNKNOWN_FOR.toNanos();
    }
  }

  /** Where a schema comes from. */
  @FunctionalInterface
  interface Source {
    Schema schema(int id) throws UnknownSchemaException;
  }

  Schema get(int id, Source source) throws UnknownSchemaException {
    Entry entry = entries.get(id);
    if (entry == null || !entry.isFresh()) {
      entry = entry(id, source);
      entries.put(id, entry);
    }
    if (entry.unknown() != null) {
      throw entry.unknown();
    }
    return entry.schema();
  }

  private static Entry entry(int id, Source source) {
    try {
      return new Entry(source.schema(id), null, 0);
    } catch (UnknownSchemaException e) {
      return new Entry(null, e, System.nanoTime());
    }
  }
}
