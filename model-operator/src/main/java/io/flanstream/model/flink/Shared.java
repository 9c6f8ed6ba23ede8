package io.flanstream.model.flink;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a process has one of for each key. The first lease opens it. After the end of the last it
 * lingers for a while, so that who comes back finds it open.
 *
 * <p>Thread-safe. Leases of one key wait for each other while it opens; those of others do not.
 *
 * @param <R> type of what is shared
 */
final class Shared<R> {
  private static final Logger LOG = LoggerFactory.getLogger(Shared.class);
  private static final ScheduledThreadPoolExecutor CLOSER = closer();

  private final Map<Object, Entry> entries = new ConcurrentHashMap<>();
  private final Function<R, String> naming;
  private final Consumer<R> closing;

  /**
   * Shares nothing yet.
   *
   * @param naming names it in the log
   * @param closing closes what has lingered
   */
  Shared(Function<R, String> naming, Consumer<R> closing) {
    this.naming = naming;
    this.closing = closing;
  }

  /**
   * Takes part in what is shared.
   *
   * @param key names it, with value equality
   * @param opening opens it where it is not open; where it throws, the next lease tries again
   * @param linger how long it stays open after this lease, where this is the last to end
   * @return the lease, to be closed by the caller
   */
  Lease<R> lease(Object key, Supplier<R> opening, Duration linger) {
    while (true) {
      Lease<R> lease = entries.computeIfAbsent(key, Entry::new).lease(opening, linger);
      if (lease != null) {
        return lease;
      }
    }
  }

  /** How many are open, lingering ones included. */
  int open() {
    return entries.size();
  }

  /** Closes what only lingers. */
  void closeIdle() {
    entries.values().forEach(Entry::closeIfIdle);
  }

  private static ScheduledThreadPoolExecutor closer() {
    ScheduledThreadPoolExecutor closer =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "model-closer");
              thread.setDaemon(true);
              // It outlives the job whose thread makes it.
              thread.setContextClassLoader(Shared.class.getClassLoader());
              return thread;
            });
    closer.setRemoveOnCancelPolicy(true);
    return closer;
  }

  /**
   * A part in what is shared, which stays open at least until every part is ended.
   *
   * @param shared what is shared, not to be closed by the caller
   * @param ending ends this part, once
   * @param <R> its type
   */
  record Lease<R>(R shared, Runnable ending) {}

  /** What is shared, and how many use it. */
  private final class Entry {
    private final Object key;
    private R shared;
    private int leases;
    private boolean gone;
    private Future<?> lingering;

    Entry(Object key) {
      this.key = key;
    }

    synchronized Lease<R> lease(Supplier<R> opening, Duration linger) {
      if (gone) {
        return null;
      }
      if (shared == null) {
        open(opening);
      }
      if (lingering != null) {
        lingering.cancel(false);
        lingering = null;
        LOG.info("{} is used again", naming.apply(shared));
      }
      leases++;
      AtomicBoolean ended = new AtomicBoolean();
      return new Lease<>(
          shared,
          () -> {
            if (ended.compareAndSet(false, true)) {
              release(linger);
            }
          });
    }

    synchronized void closeIfIdle() {
      if (leases == 0 && !gone) {
        leave();
        closing.accept(shared);
        LOG.info("Closed {}", naming.apply(shared));
      }
    }

    private synchronized void release(Duration linger) {
      leases--;
      if (leases > 0) {
        return;
      }
      if (linger.isZero()) {
        closeIfIdle();
      } else {
        LOG.info("Nobody uses {} any more; it stays open for {}", naming.apply(shared), linger);
        lingering = CLOSER.schedule(this::closeIfIdle, linger.toMillis(), TimeUnit.MILLISECONDS);
      }
    }

    private void open(Supplier<R> opening) {
      try {
        shared = opening.get();
      } finally {
        if (shared == null) {
          leave();
        }
      }
    }

    private void leave() {
      gone = true;
      entries.remove(key, this);
    }
  }
}
