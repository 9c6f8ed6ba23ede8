package io.flanstream.model.device;

import io.flanstream.model.decode.ChoiceTrie;

/**
 * One copy of a model's weights on one device, and what it can compute.
 *
 * <p>Not thread-safe: one scheduler thread calls it. What {@link #encode} and {@link
 * #startDecoding} return belongs to the caller, who closes it. A call that fails leaves the device
 * usable unless {@link DeviceException#fatal()} says otherwise.
 */
public interface Device extends AutoCloseable {

  /** Bytes of cross-attention cache that one encoder token costs. */
  long cacheBytesPerToken();

  /**
   * Runs the encoder, and the cross-attention projections of every decoder block.
   *
   * @param prompts token ids of each record, the end token last, {@code [records][length]}, ragged
   * @return keys and values for the decoder, to be closed by the caller
   * @throws DeviceException if the device fails
   */
  Encoding encode(int[][] prompts);

  /**
   * Starts greedy decoding of some neighbouring records of an encoding. The encoding must stay open
   * until the decoder is closed.
   *
   * @param encoding what {@link #encode} returned
   * @param start first record
   * @param count number of records
   * @return the decoder, to be closed by the caller
   * @throws DeviceException if the device fails
   */
  Decoder startDecoding(Encoding encoding, int start, int count);

  /**
   * Log-probability of every edge of a trie of choices, after each of some neighbouring records.
   *
   * @param encoding what {@link #encode} returned
   * @param start first record
   * @param count number of records
   * @param trie the choices
   * @return natural-log probabilities, {@code [count][edges]}
   * @throws DeviceException if the device fails
   */
  float[][] score(Encoding encoding, int start, int count, ChoiceTrie trie);

  @Override
  void close();

  /** Keys and values of the cross-attention of a batch. */
  interface Encoding extends AutoCloseable {
    @Override
    void close();
  }

  /** Greedy decoding of a batch, position by position. */
  interface Decoder extends AutoCloseable {

    /**
     * Writes one token in each row.
     *
     * @param tokens last token of each row, the start token at first, {@code [rows]}
     * @param allowed token ids that each row may write, {@code [rows][]}; null for any
     * @return what was written
     * @throws DeviceException if the device fails
     */
    Step step(int[] tokens, int[][] allowed);

    /**
     * Lets go of the rows that are not named.
     *
     * @param rows rows to keep, ascending; they become rows 0, 1, …
     * @throws DeviceException if the device fails
     */
    void retain(int[] rows);

    @Override
    void close();
  }

  /**
   * Tokens that a step wrote.
   *
   * @param tokens token ids, {@code [rows]}
   * @param logprobs natural-log probability among all tokens, {@code [rows]}
   * @param choiceLogprobs natural-log probability among the allowed tokens, {@code [rows]}
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Step(int[] tokens, float[] logprobs, float[] choiceLogprobs) {}
}
