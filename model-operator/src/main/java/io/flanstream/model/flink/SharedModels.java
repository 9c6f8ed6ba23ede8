package io.flanstream.model.flink;

import io.flanstream.model.TextModel;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The models of this process: one for each provider's key, whatever the number of slots and jobs.
 * The first lease opens a model, and the end of the last closes it.
 *
 * <p>Thread-safe. Leases of one model wait for each other while it opens; those of others do not.
 */
public final class SharedModels {
  private static final Map<Object, Entry> ENTRIES = new ConcurrentHashMap<>();

  private SharedModels() {}

  /**
   * Takes part in a model.
   *
   * @param provider opens it where it is not open
   * @return the lease, to be closed by the caller
   * @throws RuntimeException if the model cannot be opened; the next lease tries again
   */
  public static ModelLease lease(ModelProvider provider) {
    Object key = new Key(provider.getClass(), provider.key());
    while (true) {
      ModelLease lease = ENTRIES.computeIfAbsent(key, Entry::new).lease(provider);
      if (lease != null) {
        return lease;
      }
    }
  }

  /** Number of models that are open. */
  public static int open() {
    return ENTRIES.size();
  }

  private record Key(Class<?> provider, Object key) {}

  /** A model and how many use it. */
  static final class Entry {
    private final Object key;
    private TextModel model;
    private int leases;
    private boolean gone;

    Entry(Object key) {
      this.key = key;
    }

    private synchronized ModelLease lease(ModelProvider provider) {
      if (gone) {
        return null;
      }
      if (model == null) {
        try {
          model = provider.open();
        } finally {
          if (model == null) {
            leave();
          }
        }
      }
      leases++;
      return new ModelLease(this, model);
    }

    /** Ends one lease. */
    synchronized void release() {
      leases--;
      if (leases == 0) {
        leave();
        model.close();
      }
    }

    private void leave() {
      gone = true;
      ENTRIES.remove(key, this);
    }
  }
}
