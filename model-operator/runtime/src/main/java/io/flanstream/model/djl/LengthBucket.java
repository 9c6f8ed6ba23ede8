package io.flanstream.model.djl;

import io.flanstream.model.device.CachePositions;
import java.util.ArrayList;
import java.util.List;

/**
 * Decoding rows whose prompts are of about the same length, in the first slots of the program's
 * tensors of that lane. Says what must be allocated and what that takes; allocates nothing.
 */
final class LengthBucket {
  private final int index;
  private final int width;
  private final List<CacheRow> rows = new ArrayList<>();
  private int slots;
  private int positions = CachePositions.allocated(1);
  private int reached;

  /**
   * Describes a lane without slots.
   *
   * @param index the program's index of it
   * @param width encoder positions of a slot
   */
  LengthBucket(int index, int width) {
    this.index = index;
    this.width = width;
  }

  int index() {
    return index;
  }

  int width() {
    return width;
  }

  /** Rows by slot. */
  List<CacheRow> rows() {
    return rows;
  }

  /** Slots that are allocated. */
  int slots() {
    return slots;
  }

  /** Decoder positions that are allocated for a slot. */
  int positions() {
    return positions;
  }

  void resized(int newSlots, int newPositions) {
    slots = newSlots;
    positions = newPositions;
    reached = Math.min(reached, newPositions);
  }

  /** Slots that are left once rows have gone: giving them back pays when half are empty. */
  int slotsToKeep() {
    return 2 * rows.size() <= slots ? rows.size() : slots;
  }

  /** Tokens of the longest prompt. */
  int longestPrompt() {
    int longest = 0;
    for (CacheRow row : rows) {
      longest = Math.max(longest, row.promptTokens());
    }
    return longest;
  }

  /** Positions that its farthest row has come to. */
  int reached() {
    return reached;
  }

  /** Notes how many positions its rows have come to, of which there must be room for one more. */
  void reached(int newReached) {
    reached = newReached;
  }

  /** Cached positions, of encoder and decoder, once each row is one on. */
  long tokens() {
    return (long) slots * (width + Math.max(positions, CachePositions.allocated(reached + 1)));
  }
}
