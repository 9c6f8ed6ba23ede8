package io.flanstream.model.batch;

/**
 * A call of the device that went well, for those who listen by {@link RuntimeMetrics#listen}.
 *
 * @param phase what it did
 * @param records records encoded or scored, or rows of a decoder step
 * @param tokens prompt tokens encoded, padding apart; positions scored; or rows of a step
 * @param nanos how long it took
 */
public record DeviceCall(Phase phase, int records, long tokens, long nanos) {

  /** What a call does. */
  public enum Phase {
    /** Encodes a batch. */
    ENCODE,
    /** Scores choices of records of the batch that was encoded before. */
    SCORE,
    /** Decodes a position of each row. */
    DECODE
  }
}
