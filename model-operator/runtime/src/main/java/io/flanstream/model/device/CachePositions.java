package io.flanstream.model.device;

/** Sizes of attention caches. */
public final class CachePositions {
  private static final int SMALLEST = 32;

  private CachePositions() {}

  /** Positions that are allocated for so many: powers of two, so that few sizes will do. */
  public static int allocated(int positions) {
    return Math.max(SMALLEST, Integer.highestOneBit(2 * positions - 1));
  }
}
