package io.flanstream.model.batch;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Requests that wait, by age and by length. Those that were taken elsewhere, or that nobody waits
 * for any more, are dropped where they are met. Not thread-safe.
 */
final class WaitingLine {
  private final ArrayDeque<Pending<?>> byAge = new ArrayDeque<>();
  private final List<ArrayDeque<Pending<?>>> byLength = new ArrayList<>();
  private final BitSet lengths = new BitSet();
  private int requests;
  private long tokens;

  void add(Pending<?> pending) {
    int length = pending.request().length();
    while (byLength.size() <= length) {
      byLength.add(null);
    }
    if (byLength.get(length) == null) {
      byLength.set(length, new ArrayDeque<>());
    }
    byAge.add(pending);
    byLength.get(length).add(pending);
    lengths.set(length);
    requests++;
    tokens += length;
  }

  /** Requests in the line, those that nobody waits for any more included. */
  int requests() {
    return requests;
  }

  /** Prompt tokens of those requests. */
  long tokens() {
    return tokens;
  }

  /** The request that has waited longest; null if there is none. */
  Pending<?> oldest() {
    while (!byAge.isEmpty() && isGone(byAge.peek())) {
      byAge.poll();
    }
    Pending<?> oldest = byAge.peek();
    if (oldest != null) {
      atLength(oldest.request().length());
    } else if (requests > 0) {
      clear();
    }
    return oldest;
  }

  /** The oldest of the longest requests up to a length; null if there is none. */
  Pending<?> upTo(int length) {
    int next = lengths.previousSetBit(length);
    while (next >= 0) {
      Pending<?> found = atLength(next);
      if (found != null) {
        return found;
      }
      next = lengths.previousSetBit(next);
    }
    return null;
  }

  /** The oldest of the shortest requests from a length on; null if there is none. */
  Pending<?> from(int length) {
    int next = lengths.nextSetBit(length);
    while (next >= 0) {
      Pending<?> found = atLength(next);
      if (found != null) {
        return found;
      }
      next = lengths.nextSetBit(next);
    }
    return null;
  }

  /** Takes out what one of the other methods just gave. */
  void remove(Pending<?> pending) {
    int length = pending.request().length();
    ArrayDeque<Pending<?>> sameLength = byLength.get(length);
    if (sameLength.peek() == pending) {
      poll(sameLength, length);
    }
    if (requests == 0) {
      byAge.clear();
    }
  }

  private void clear() {
    lengths.stream().forEach(length -> byLength.get(length).clear());
    lengths.clear();
    requests = 0;
    tokens = 0;
  }

  private Pending<?> atLength(int length) {
    ArrayDeque<Pending<?>> sameLength = byLength.get(length);
    while (!sameLength.isEmpty() && isGone(sameLength.peek())) {
      poll(sameLength, length);
    }
    return sameLength.peek();
  }

  private void poll(ArrayDeque<Pending<?>> sameLength, int length) {
    sameLength.poll();
    requests--;
    tokens -= length;
    if (sameLength.isEmpty()) {
      lengths.clear(length);
    }
  }

  private static boolean isGone(Pending<?> pending) {
    return pending.isTaken() || pending.isAbandoned();
  }
}
