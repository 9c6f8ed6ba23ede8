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
  private final ArrayDeque<InFlightRequest<?>> byAge = new ArrayDeque<>();
  private final List<ArrayDeque<InFlightRequest<?>>> byLength = new ArrayList<>();
  private final BitSet lengths = new BitSet();
  private int requests;
  private long tokens;

  void add(InFlightRequest<?> pending) {
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
  InFlightRequest<?> oldest() {
    while (!byAge.isEmpty() && isGone(byAge.peek())) {
      byAge.poll();
    }
    InFlightRequest<?> oldest = byAge.peek();
    if (oldest != null) {
      atLength(oldest.request().length());
    } else if (requests > 0) {
      clear();
    }
    return oldest;
  }

  /** The oldest of the longest requests up to a length; null if there is none. */
  InFlightRequest<?> upTo(int length) {
    int next = lengths.previousSetBit(length);
    while (next >= 0) {
      InFlightRequest<?> found = atLength(next);
      if (found != null) {
        return found;
      }
      next = lengths.previousSetBit(next);
    }
    return null;
  }

  /** The oldest of the shortest requests from a length on; null if there is none. */
  InFlightRequest<?> from(int length) {
    int next = lengths.nextSetBit(length);
    while (next >= 0) {
      InFlightRequest<?> found = atLength(next);
      if (found != null) {
        return found;
      }
      next = lengths.nextSetBit(next);
    }
    return null;
  }

  /** Takes out what one of the other methods just gave. */
  void remove(InFlightRequest<?> pending) {
    int length = pending.request().length();
    ArrayDeque<InFlightRequest<?>> sameLength = byLength.get(length);
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

  private InFlightRequest<?> atLength(int length) {
    ArrayDeque<InFlightRequest<?>> sameLength = byLength.get(length);
    while (!sameLength.isEmpty() && isGone(sameLength.peek())) {
      poll(sameLength, length);
    }
    return sameLength.peek();
  }

  private void poll(ArrayDeque<InFlightRequest<?>> sameLength, int length) {
    sameLength.poll();
    requests--;
    tokens -= length;
    if (sameLength.isEmpty()) {
      lengths.clear(length);
    }
  }

  private static boolean isGone(InFlightRequest<?> pending) {
    return pending.isTaken() || pending.isAbandoned();
  }
}
