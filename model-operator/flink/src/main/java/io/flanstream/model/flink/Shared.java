package io.flanstream.model.flink;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a process has one of for each key. The first lease opens it. After the end of the last it
 * lingers for a while, so that who comes back finds it open.
 *
 * <pre>
 * opening -> open -> closing -> (gone)
 *    |        ^         ^
 *    |        +-- lost -+
 *    +-- cancelled or failed -> (gone)
 * </pre>
 *
 * <p>Never are there two of one key: who comes while one opens, closes or is lost waits. It is
 * opened and closed on threads of its own, so that whoever waits can be interrupted at any time;
 * where all who wait for it were, its opening is interrupted. Thread-safe.
 *
 * @param <R> type of what is shared
 */
final class Shared<R> {
  private static final Logger LOG = LoggerFactory.getLogger(Shared.class);
  private static final ScheduledThreadPoolExecutor TIMER = timer();

  private final Lock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<Object, Entry> entries = new HashMap<>();
  private final Life<R> life;

  /**
   * How what is shared ends.
   *
   * @param <R> its type
   */
  interface Life<R> {
    /** Names it in the log. */
    String name(R shared);

    /** Closes what nobody uses. */
    void close(R shared);

    /** Whether it is of no more use to anybody. */
    default boolean isLost(R shared) {
      return false;
    }

    /**
     * Frees what is lost while some may still use it; returns once another may be opened.
     *
     * @param shared what is lost
     * @param users waits, so long at the most, until nobody uses it
     */
    default void free(R shared, Users users) throws InterruptedException {}
  }

  /** Who uses what is shared. */
  interface Users {
    /** Waits until there are none, or the time is over. */
    void awaitNone(Duration atMost) throws InterruptedException;
  }

  /**
   * A part in what is shared, which stays open at least until every part is ended.
   *
   * @param shared what is shared, not to be closed by the caller
   * @param ending ends this part, once
   * @param losing frees what is lost, if it is: nobody gets it any more
   * @param <R> its type
   */
  record Lease<R>(R shared, Runnable ending, Runnable losing) {}

  private enum State {
    OPENING,
    CANCELLED,
    OPEN,
    CLOSING
  }

  /** Shares nothing yet. */
  Shared(Life<R> life) {
    this.life = life;
  }

  /**
   * Takes part in what is shared.
   *
   * @param key names it, with value equality
   * @param opening opens it where it is not open; where it throws, all who wait for it fail, and
   *     the next lease tries again. It is interrupted where nobody waits for it any more
   * @param linger how long it stays open after this lease, where this is the last to end
   * @return the lease, to be closed by the caller
   * @throws InterruptedException if the waiting thread is interrupted
   */
  Lease<R> lease(Object key, Supplier<R> opening, Duration linger) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (true) {
        Entry entry = entries.computeIfAbsent(key, Entry::new);
        if (entry.state == null) {
          entry.start(opening);
        }
        if (entry.state == State.OPEN && life.isLost(entry.shared)) {
          entry.lose();
        }
        if (entry.state == State.OPEN) {
          return entry.take(linger);
        }
        entry.await();
      }
    } finally {
      lock.unlock();
    }
  }

  /** How many are open, lingering ones included. */
  int open() {
    lock.lock();
    try {
      return entries.size();
    } finally {
      lock.unlock();
    }
  }

  /** Closes what only lingers. */
  void closeIdle() {
    lock.lock();
    try {
      List<Entry> idle =
          entries.values().stream()
              .filter(entry -> entry.state == State.OPEN && entry.leases == 0)
              .toList();
      idle.forEach(Entry::close);
      idle.forEach(Entry::awaitGone);
    } finally {
      lock.unlock();
    }
  }

  /** Does something with all that are open. */
  void forEach(Consumer<R> action) {
    lock.lock();
    try {
      entries.values().stream()
          .filter(entry -> entry.shared != null)
          .forEach(entry -> action.accept(entry.shared));
    } finally {
      lock.unlock();
    }
  }

  private static ScheduledThreadPoolExecutor timer() {
    ScheduledThreadPoolExecutor timer =
        new ScheduledThreadPoolExecutor(1, task -> thread(task, "shared-timer"));
    timer.setRemoveOnCancelPolicy(true);
    return timer;
  }

  private static Thread thread(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    // It outlives the job whose thread makes it.
    thread.setContextClassLoader(Shared.class.getClassLoader());
    return thread;
  }

  /** What is shared, and how many use it or wait for it. Everything under the lock. */
  private final class Entry {
    private final Object key;
    private State state;
    private R shared;
    private Throwable failure;
    private Thread opener;
    private int waiting;
    private int leases;
    private Future<?> lingering;

    Entry(Object key) {
      this.key = key;
    }

    void start(Supplier<R> opening) {
      state = State.OPENING;
      opener = thread(() -> open(opening), "shared-opener");
      opener.start();
    }

    /** Waits for a change; fails as the opening does. */
    void await() throws InterruptedException {
      State before = state;
      waiting++;
      try {
        while (state == before && entries.get(key) == this) {
          changed.await();
        }
      } catch (InterruptedException e) {
        waiting--;
        leaveUnwanted();
        throw e;
      }
      waiting--;
      if (before == State.OPENING && failure != null) {
        if (failure instanceof Error error) {
          throw error;
        }
        throw (RuntimeException) failure;
      }
    }

    /** Nobody is left who would take it. */
    private void leaveUnwanted() {
      if (waiting == 0 && state == State.OPENING) {
        state = State.CANCELLED;
        opener.interrupt();
      } else if (waiting == 0 && state == State.OPEN && leases == 0 && lingering == null) {
        close();
      }
    }

    private void open(Supplier<R> opening) {
      R opened = null;
      Throwable thrown = null;
      try {
        opened = opening.get();
      } catch (RuntimeException | Error e) {
        thrown = e;
      }
      lock.lock();
      try {
        shared = opened;
        if (opened == null) {
          failure = thrown;
          leave();
        } else if (state == State.CANCELLED && waiting == 0) {
          close();
        } else {
          state = State.OPEN;
        }
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }

    Lease<R> take(Duration linger) {
      if (lingering != null) {
        lingering.cancel(false);
        lingering = null;
        LOG.info("{} is used again", life.name(shared));
      }
      leases++;
      AtomicBoolean ended = new AtomicBoolean();
      return new Lease<>(
          shared,
          () -> {
            if (ended.compareAndSet(false, true)) {
              release(linger);
            }
          },
          this::loseIfLost);
    }

    private void release(Duration linger) {
      lock.lock();
      try {
        leases--;
        changed.signalAll();
        if (leases > 0 || state != State.OPEN) {
          return;
        }
        if (life.isLost(shared)) {
          lose();
        } else if (linger.isZero()) {
          close();
          awaitGone();
        } else {
          LOG.info("Nobody uses {} any more; it stays open for {}", life.name(shared), linger);
          lingering = TIMER.schedule(this::closeIfIdle, linger.toMillis(), TimeUnit.MILLISECONDS);
        }
      } finally {
        lock.unlock();
      }
    }

    private void closeIfIdle() {
      lock.lock();
      try {
        if (leases == 0 && state == State.OPEN) {
          close();
        }
      } finally {
        lock.unlock();
      }
    }

    private void loseIfLost() {
      lock.lock();
      try {
        if (state == State.OPEN && life.isLost(shared)) {
          lose();
        }
      } finally {
        lock.unlock();
      }
    }

    void close() {
      state = State.CLOSING;
      thread(
              () -> {
                closeShared();
                leaveLocked();
              },
              "shared-closer")
          .start();
    }

    /** Others may still use it: it is closed once they do not. */
    void lose() {
      state = State.CLOSING;
      LOG.warn("{} is lost; whoever comes waits until it is let go of", life.name(shared));
      thread(this::freeLost, "shared-closer").start();
    }

    private void freeLost() {
      try {
        life.free(shared, this::awaitUsers);
        leaveLocked();
        awaitUsers(Duration.ofDays(1));
      } catch (InterruptedException e) {
        // Nobody interrupts it.
        throw new IllegalStateException(e);
      } finally {
        leaveLocked();
        closeShared();
      }
    }

    private void awaitUsers(Duration atMost) throws InterruptedException {
      lock.lock();
      try {
        long left = atMost.toNanos();
        while (leases > 0 && left > 0) {
          left = changed.awaitNanos(left);
        }
      } finally {
        lock.unlock();
      }
    }

    private void closeShared() {
      try {
        life.close(shared);
        LOG.info("Closed {}", life.name(shared));
      } catch (RuntimeException e) {
        LOG.warn("Cannot close {}", life.name(shared), e);
      }
    }

    private void leaveLocked() {
      lock.lock();
      try {
        leave();
      } finally {
        lock.unlock();
      }
    }

    private void leave() {
      entries.remove(key, this);
      changed.signalAll();
    }

    /** Goes on where the waiting thread is interrupted: it is closed all the same. */
    void awaitGone() {
      try {
        while (entries.get(key) == this) {
          changed.await();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
