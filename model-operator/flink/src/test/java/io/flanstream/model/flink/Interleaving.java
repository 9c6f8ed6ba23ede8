package io.flanstream.model.flink;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Lets one thread at a time go on, from one {@link #step} to the next or until it waits for
 * something else: which, a seed says. So a run of threads that depend on each other is one of many
 * orders, and the seeds are the orders.
 */
final class Interleaving {
  private static final long SETTLED_MILLIS = 2;
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

  private final Random random;
  private final Map<Thread, Semaphore> atStep = new LinkedHashMap<>();
  private final Set<Thread> actors = new HashSet<>();
  private volatile boolean free;

  Interleaving(long seed) {
    this.random = new Random(seed);
  }

  /** Starts a thread that takes part. */
  synchronized Thread start(String name, Runnable work) {
    Thread thread =
        new Thread(
            () -> {
              step();
              work.run();
            },
            name);
    thread.setDaemon(true);
    actors.add(thread);
    thread.start();
    return thread;
  }

  /** Waits for its turn. Goes on at once where the run is over; an interrupt stays set. */
  void step() {
    Semaphore turn = new Semaphore(0);
    synchronized (this) {
      if (free) {
        return;
      }
      atStep.put(Thread.currentThread(), turn);
    }
    turn.acquireUninterruptibly();
  }

  /** Gives turns until every thread that was started has ended. */
  void run() throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (actors.stream().anyMatch(Thread::isAlive)) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("no end: " + stuck());
      }
      Semaphore next = next();
      if (next == null) {
        TimeUnit.MILLISECONDS.sleep(1);
      } else {
        next.release();
      }
    }
    release();
  }

  private List<String> stuck() {
    return actors.stream()
        .filter(Thread::isAlive)
        .map(thread -> thread.getName() + List.of(thread.getStackTrace()))
        .toList();
  }

  /** One of those that wait for their turn, once nobody runs; null while somebody does. */
  private Semaphore next() throws InterruptedException {
    if (!isSettled()) {
      return null;
    }
    synchronized (this) {
      if (atStep.isEmpty()) {
        return null;
      }
      List<Thread> waiting = new ArrayList<>(atStep.keySet());
      return atStep.remove(waiting.get(random.nextInt(waiting.size())));
    }
  }

  private boolean isSettled() throws InterruptedException {
    if (isRunning()) {
      return false;
    }
    // A thread that was only just started or woken is not seen yet.
    TimeUnit.MILLISECONDS.sleep(SETTLED_MILLIS);
    return !isRunning();
  }

  private synchronized boolean isRunning() {
    return actors.stream()
        .anyMatch(
            thread ->
                thread.getState() == Thread.State.RUNNABLE
                    || thread.getState() == Thread.State.NEW
                    || thread.getState() == Thread.State.BLOCKED);
  }

  private synchronized void release() {
    free = true;
    atStep.values().forEach(Semaphore::release);
    atStep.clear();
  }
}
