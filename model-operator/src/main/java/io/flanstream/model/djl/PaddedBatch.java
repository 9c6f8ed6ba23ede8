package io.flanstream.model.djl;

import java.util.Arrays;

/**
 * Ragged token rows laid out as a matrix.
 *
 * @param rows number of rows
 * @param length tokens of the longest row
 * @param ids token ids, {@code [rows x length]}, padded at the end
 * @param mask 1 for a token, 0 for padding, {@code [rows x length]}
 */
@SuppressWarnings("ArrayRecordComponent")
record PaddedBatch(int rows, int length, long[] ids, long[] mask) {

  static PaddedBatch of(int[][] prompts, int padId) {
    int length = Arrays.stream(prompts).mapToInt(prompt -> prompt.length).max().orElseThrow();
    long[] ids = new long[prompts.length * length];
    long[] mask = new long[prompts.length * length];
    Arrays.fill(ids, padId);
    for (int row = 0; row < prompts.length; row++) {
      for (int i = 0; i < prompts[row].length; i++) {
        ids[row * length + i] = prompts[row][i];
        mask[row * length + i] = 1;
      }
    }
    return new PaddedBatch(prompts.length, length, ids, mask);
  }

  /** Mask of neighbouring rows. */
  PaddedBatch slice(int start, int count) {
    return new PaddedBatch(
        count,
        length,
        Arrays.copyOfRange(ids, start * length, (start + count) * length),
        Arrays.copyOfRange(mask, start * length, (start + count) * length));
  }

  /** Only the rows named. */
  PaddedBatch select(int[] kept) {
    long[] keptIds = new long[kept.length * length];
    long[] keptMask = new long[kept.length * length];
    for (int i = 0; i < kept.length; i++) {
      System.arraycopy(ids, kept[i] * length, keptIds, i * length, length);
      System.arraycopy(mask, kept[i] * length, keptMask, i * length, length);
    }
    return new PaddedBatch(kept.length, length, keptIds, keptMask);
  }
}
