package io.flanstream.model.djl;

import java.util.Arrays;

/**
 * Ragged token rows laid out as a matrix.
 *
 * @param rows number of rows
 * @param length tokens of the longest row
 * @param lengths tokens of each row, {@code [rows]}
 * @param ids token ids, {@code [rows x length]}, padded at the end
 * @param mask 1 for a token, 0 for padding, {@code [rows x length]}
 */
@SuppressWarnings("ArrayRecordComponent")
record PaddedBatch(int rows, int length, int[] lengths, long[] ids, long[] mask) {

  static PaddedBatch of(int[][] prompts, int padId) {
    int[] lengths = Arrays.stream(prompts).mapToInt(prompt -> prompt.length).toArray();
    int length = Arrays.stream(lengths).max().orElseThrow();
    long[] ids = new long[prompts.length * length];
    long[] mask = new long[prompts.length * length];
    Arrays.fill(ids, padId);
    for (int row = 0; row < prompts.length; row++) {
      for (int i = 0; i < prompts[row].length; i++) {
        ids[row * length + i] = prompts[row][i];
        mask[row * length + i] = 1;
      }
    }
    return new PaddedBatch(prompts.length, length, lengths, ids, mask);
  }
}
