package io.flanstream.model.flink;

import io.flanstream.model.TextModel;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The models of this process: one for each provider's key, whatever the number of slots and jobs.
 * The first lease opens a model. After the end of the last it lingers for a while, so that a job
 * that is restarted, or deployed again, finds it open.
 *
 * <p>Thread-safe. Leases of one model wait for each other while it opens; those of others do not.
 */
public final class SharedModels {
  private static final Logger LOG = LoggerFactory.getLogger(SharedModels.class);
  private static final Map<Object, Entry> ENTRIES = new ConcurrentHashMap<>();
  private static final AtomicLong LOADS = new AtomicLong();
  private static final ScheduledThreadPoolExecutor CLOSER = closer();

  private SharedModels() {}

  /**
   * Takes part in a model.
   *
   * @param provider opens it where it is not open
   * @param linger how long it stays open after this lease, where this is the last to end
   * @return the lease, to be closed by the caller
   * @throws RuntimeException if the model cannot be opened; the next lease tries again
   */
  public static ModelLease lease(ModelProvider provider, Duration linger) {
    Object key = new Key(provider.getClass(), provider.key());
    while (true) {
      ModelLease lease = ENTRIES.computeIfAbsent(key, Entry::new).lease(provider, linger);
      if (lease != null) {
        return lease;
      }
    }
  }

  /** Number of models that are open, lingering ones included. */
  public static int open() {
    return ENTRIES.size();
  }

  /** How often this process has opened a model. */
  public static long loads() {
    return LOADS.get();
  }

  /** Closes the models that only linger. */
  public static void closeIdle() {
    ENTRIES.values().forEach(Entry::closeIfIdle);
  }

  private static ScheduledThreadPoolExecutor closer() {
    ScheduledThreadPoolExecutor closer =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "model-closer");
              thread.setDaemon(true);
              // It outlives the job whose thread makes it.
              thread.setContextClassLoader(SharedModels.class.getClassLoader());
              return thread;
            });
    closer.setRemoveOnCancelPolicy(true);
    return closer;
  }

  private record Key(Class<?> provider, Object key) {}

  /** A model and how many use it. */
  static final class Entry {
    private final Object key;
    private TextModel model;
    private int leases;
    private boolean gone;
    private Future<?> closing;

    Entry(Object key) {
      this.key = key;
    }

    private synchronized ModelLease lease(ModelProvider provider, Duration linger) {
      if (gone) {
        return null;
      }
      if (model == null) {
        open(provider);
      }
      if (closing != null) {
        closing.cancel(false);
        closing = null;
        LOG.info("Model {} is used again", name());
      }
      leases++;
      return new ModelLease(this, model, linger);
    }

    /** Ends one lease. */
    synchronized void release(Duration linger) {
      leases--;
      if (leases > 0) {
        return;
      }
      if (linger.isZero()) {
        closeIfIdle();
      } else {
        LOG.info("Nobody uses model {} any more; it stays open for {}", name(), linger);
        closing = CLOSER.schedule(this::closeIfIdle, linger.toMillis(), TimeUnit.MILLISECONDS);
      }
    }

    private void open(ModelProvider provider) {
      long begun = System.nanoTime();
      try {
        model = provider.open();
      } finally {
        if (model == null) {
          leave();
        }
      }
      LOG.info(
          "Opened model {} in {} ms, load {} of this process",
          name(),
          TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun),
          LOADS.incrementAndGet());
    }

    private synchronized void closeIfIdle() {
      if (leases == 0 && !gone) {
        leave();
        model.close();
        LOG.info("Closed model {}", name());
      }
    }

    private void leave() {
      gone = true;
      ENTRIES.remove(key, this);
    }

    private String name() {
      return model.description().name();
    }
  }
}
