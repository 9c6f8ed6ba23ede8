package io.flanstream.model.batch;

import java.util.Arrays;

/** The tokens that one row has written. Not thread-safe. */
final class Sequence {
  private static final int USUAL_TOKENS = 16;

  private final SequenceConfig writing;
  private int[] decoderIds = new int[1 + USUAL_TOKENS];
  private double[] logprobs = new double[USUAL_TOKENS];
  private double[] choiceLogprobs = new double[USUAL_TOKENS];
  private int count;
  private boolean ended;

  Sequence(SequenceConfig writing) {
    this.writing = writing;
    decoderIds[0] = writing.startId();
  }

  /** How many were written. */
  int count() {
    return count;
  }

  /** The last one; the start token at first. */
  int last() {
    return decoderIds[count];
  }

  /** The start token and those written. */
  int[] decoderIds() {
    return Arrays.copyOf(decoderIds, 1 + count);
  }

  /**
   * Writes one more.
   *
   * @param token the token
   * @param logprob its natural-log probability among all
   * @param choiceLogprob the same among those that it was chosen from
   */
  void add(int token, double logprob, double choiceLogprob) {
    if (count == logprobs.length) {
      decoderIds = Arrays.copyOf(decoderIds, 1 + 2 * count);
      logprobs = Arrays.copyOf(logprobs, 2 * count);
      choiceLogprobs = Arrays.copyOf(choiceLogprobs, 2 * count);
    }
    logprobs[count] = logprob;
    choiceLogprobs[count] = choiceLogprob;
    decoderIds[++count] = token;
    ended = writing.endsAt(token, this::decoderIds);
  }

  /** Whether the last token ends the text. */
  boolean isEnded() {
    return ended;
  }

  /** Whether nothing more is to be written. */
  boolean isComplete() {
    return ended || count == writing.maxNewTokens();
  }

  SequenceOutput written() {
    return new SequenceOutput(
        Arrays.copyOfRange(decoderIds, 1, 1 + count),
        Arrays.copyOf(logprobs, count),
        Arrays.copyOf(choiceLogprobs, count),
        ended);
  }
}
