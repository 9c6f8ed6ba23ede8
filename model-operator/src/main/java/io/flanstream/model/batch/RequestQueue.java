package io.flanstream.model.batch;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Requests that wait, and the cut of the next batch.
 *
 * <p>A batch is the oldest request and those nearest to it in length, as many as the bounds take:
 * near in length, so that little is padding; the oldest, so that nobody starves. Thread-safe.
 */
final class RequestQueue {
  private final BatchSettings settings;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final List<Request<?>> waiting = new ArrayList<>();
  private long waitingTokens;
  private boolean closed;

  RequestQueue(BatchSettings settings) {
    this.settings = settings;
  }

  /** Adds a request; false if the queue is closed. */
  boolean add(Request<?> request) {
    lock.lock();
    try {
      if (!closed) {
        waiting.add(request);
        waitingTokens += request.length();
        boolean first = waiting.size() == 1;
        if (first
            || waiting.size() >= settings.maxRequests()
            || waitingTokens >= settings.maxTokens()) {
          changed.signal();
        }
      }
      return !closed;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits for the next batch.
   *
   * @return requests sorted by kind and choices, so that those that share work are neighbours;
   *     empty once the queue is closed
   * @throws InterruptedException if the waiting thread is interrupted
   */
  List<Request<?>> take() throws InterruptedException {
    lock.lock();
    try {
      while (true) {
        waiting.removeIf(request -> request.answer().isDone());
        if (closed) {
          return List.of();
        }
        if (waiting.isEmpty()) {
          changed.await();
          continue;
        }
        List<Request<?>> batch = cut();
        long age = System.nanoTime() - waiting.get(0).arrivedNanos();
        long patience = settings.maxWait().toNanos() - age;
        if (batch.size() < waiting.size() || isFull(batch) || patience <= 0) {
          waiting.removeAll(new HashSet<>(batch));
          waitingTokens = waiting.stream().mapToLong(Request::length).sum();
          return batch;
        }
        changed.awaitNanos(patience);
      }
    } finally {
      lock.unlock();
    }
  }

  private List<Request<?>> cut() {
    Request<?> oldest = waiting.get(0);
    List<Request<?>> nearest = new ArrayList<>(waiting);
    nearest.sort(Comparator.comparingInt(other -> Math.abs(other.length() - oldest.length())));
    List<Request<?>> batch = new ArrayList<>();
    int longest = 0;
    for (Request<?> request : nearest) {
      int length = Math.max(longest, request.length());
      boolean fits =
          batch.size() < settings.maxRequests()
              && (long) length * (batch.size() + 1) <= settings.maxTokens();
      if (!fits && !batch.isEmpty()) {
        break;
      }
      longest = length;
      batch.add(request);
    }
    return batch;
  }

  private boolean isFull(List<Request<?>> batch) {
    int longest = batch.stream().mapToInt(Request::length).max().orElse(0);
    return batch.size() >= settings.maxRequests()
        || (long) longest * (batch.size() + 1) > settings.maxTokens();
  }

  /** Refuses further requests and gives back those that wait. */
  List<Request<?>> close() {
    lock.lock();
    try {
      closed = true;
      List<Request<?>> left = List.copyOf(waiting);
      waiting.clear();
      changed.signalAll();
      return left;
    } finally {
      lock.unlock();
    }
  }
}
