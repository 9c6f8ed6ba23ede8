package io.flanstream.model.batch;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;

/**
 * Where callers leave requests for the scheduler's thread, which is woken only for what it waits
 * for. Thread-safe.
 */
final class SubmissionQueue {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private List<Letter> letters = new ArrayList<>();
  private List<Letter> spare = new ArrayList<>();
  private long tokens;
  private long wantedTokens;
  private int wantedRequests;
  private boolean waiting;
  private boolean closed;

  /** Leaves a request; false if the inbox is closed. */
  boolean add(Share share, InFlightRequest<?> request) {
    lock.lock();
    try {
      if (!closed) {
        letters.add(new Letter(share, request));
        tokens += request.request().length();
        if (waiting && (tokens >= wantedTokens || letters.size() >= wantedRequests)) {
          waiting = false;
          changed.signal();
        }
      }
      return !closed;
    } finally {
      lock.unlock();
    }
  }

  /** Takes everything out. Called by the scheduler's thread alone. */
  void drainTo(BiConsumer<Share, InFlightRequest<?>> receiver) {
    List<Letter> taken;
    lock.lock();
    try {
      taken = letters;
      letters = spare;
      tokens = 0;
    } finally {
      lock.unlock();
    }
    for (Letter letter : taken) {
      receiver.accept(letter.share, letter.request);
    }
    taken.clear();
    spare = taken;
  }

  /**
   * Waits until enough has come, the time is over or the inbox is closed.
   *
   * @param forTokens tokens that are enough
   * @param forRequests requests that are enough
   * @param nanos how long at most; {@link Long#MAX_VALUE} for as long as it takes
   * @throws InterruptedException if the waiting thread is interrupted
   */
  void await(long forTokens, int forRequests, long nanos) throws InterruptedException {
    lock.lock();
    try {
      wantedTokens = forTokens;
      wantedRequests = forRequests;
      waiting = tokens < forTokens && letters.size() < forRequests;
      long left = nanos;
      while (waiting && !closed && left > 0) {
        if (nanos == Long.MAX_VALUE) {
          changed.await();
        } else {
          left = changed.awaitNanos(left);
        }
      }
      waiting = false;
    } finally {
      lock.unlock();
    }
  }

  /** Whether it takes what comes. */
  boolean isOpen() {
    lock.lock();
    try {
      return !closed;
    } finally {
      lock.unlock();
    }
  }

  /** Refuses what comes from now on. */
  void close() {
    lock.lock();
    try {
      closed = true;
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  private record Letter(Share share, InFlightRequest<?> request) {}
}
