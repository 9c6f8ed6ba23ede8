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
   * Bytes of cache that a decoding row holds.
   *
   * @param promptTokens tokens of its prompt
   * @param positions positions that it has come to
   */
  long rowBytes(int promptTokens, int positions);

  /** Bytes of memory that are free for caches and activations, the weights being loaded. */
  long freeBytes();

  /**
   * Runs the encoder, and the cross-attention projections of every decoder block.
   *
   * @param prompts token ids of each record, the end token last, {@code [records][length]}, ragged
   * @return keys and values for the decoder, to be closed by the caller
   * @throws DeviceException if the device fails
   */
  Encoding encode(int[][] prompts);

  /**
   * Starts a decoder without rows. One is open at a time.
   *
   * @return the decoder, to be closed by the caller
   * @throws DeviceException if the device fails
   */
  Decoder startDecoding();

  /**
   * Log-probability of every edge of a trie of choices, after each of some neighbouring records:
   * among all tokens, or among the edges of its node where {@link ChoiceTrie#isAmongEdges()}.
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

  /**
   * Decoding of rows that come and go, each at a position of its own.
   *
   * <p>After a call that failed it can only be closed.
   */
  interface Decoder extends AutoCloseable {

    /**
     * Takes records of an encoding as rows, after those that are there. What they need of the
     * encoding is copied.
     *
     * @param encoding what {@link #encode} returned
     * @param records record of each new row; one may be there more than once
     * @throws DeviceException if the device fails
     */
    void join(Encoding encoding, int[] records);

    /**
     * Goes one position on in every row.
     *
     * @param step the input, and where the output goes
     * @throws DeviceException if the device fails
     */
    void step(DecoderStep step);

    /**
     * Lets rows go on from what others have decoded, all at once.
     *
     * @param parents row whose self-attention cache each row takes over, itself where it keeps its
     *     own, {@code [rows]}; both are rows of one record
     * @throws DeviceException if the device fails
     */
    void reorder(int[] parents);

    /**
     * Lets go of a row; the last row takes its place.
     *
     * @param row the row
     * @throws DeviceException if the device fails
     */
    void leave(int row);

    /** Bytes of cache that the rows hold once each is one position on. */
    long bytes();

    @Override
    void close();
  }
}
