package io.flanstream.model.batch;

/**
 * What a model tells about its work: the catalogue. {@link RuntimeMetrics} has the values.
 *
 * <p>Totals count from the opening of the model and never fall; levels are those of the moment.
 */
public enum RuntimeMetric {
  /** Requests asked, those that joined an equal one included. */
  REQUESTS("requests", Kind.TOTAL),
  /** Requests that share the answer of an equal one that was pending. */
  JOINED_REQUESTS("joinedRequests", Kind.TOTAL),
  /** Milliseconds that requests waited before they went to the device, summed over requests. */
  QUEUED_MILLIS("queuedMillis", Kind.TOTAL_TIME),
  /** Batches encoded. */
  ENCODER_BATCHES("encoderBatches", Kind.TOTAL),
  /** Records in those batches. */
  ENCODED_RECORDS("encodedRecords", Kind.TOTAL),
  /** Prompt tokens in those batches, end tokens included. */
  ENCODER_TOKENS("encoderTokens", Kind.TOTAL),
  /** Padding in those batches, in tokens. */
  PADDING_TOKENS("paddingTokens", Kind.TOTAL),
  /** Milliseconds that the device encoded. */
  ENCODE_MILLIS("encodeMillis", Kind.TOTAL_TIME),
  /** Positions of choice tries that were scored at once: nodes times records. */
  SCORED_POSITIONS("scoredPositions", Kind.TOTAL),
  /** Milliseconds that the device scored tries. */
  SCORE_MILLIS("scoreMillis", Kind.TOTAL_TIME),
  /** Decoder steps. */
  DECODER_STEPS("decoderSteps", Kind.TOTAL),
  /** Positions decoded: rows, summed over steps. */
  DECODED_POSITIONS("decodedPositions", Kind.TOTAL),
  /** Milliseconds that the device decoded, rows that join and leave included. */
  DECODE_MILLIS("decodeMillis", Kind.TOTAL_TIME),
  /** Batches and steps that failed and were tried again in parts. */
  SPLITS("splits", Kind.TOTAL),
  /** Calls of the device for which memory ran out. */
  OUT_OF_MEMORY("outOfMemory", Kind.TOTAL),
  /** Rows that gave way as the caches of others grew, and began again. */
  PREEMPTED_ROWS("preemptedRows", Kind.TOTAL),
  /** Requests that have not gone to the device yet. */
  WAITING_REQUESTS("waitingRequests", Kind.LEVEL),
  /** Prompt tokens of those requests. */
  WAITING_TOKENS("waitingTokens", Kind.LEVEL),
  /** Milliseconds that the oldest of those requests has waited: the age of the queue. */
  OLDEST_WAIT_MILLIS("oldestWaitMillis", Kind.LEVEL),
  /** Rows that decode. */
  DECODING_ROWS("decodingRows", Kind.LEVEL),
  /** Bytes of attention caches, of rows that decode and of the batch that is encoded. */
  CACHE_BYTES("cacheBytes", Kind.LEVEL),
  /** Bytes that those caches may take; fewer for a while after memory ran out. */
  CACHE_BUDGET_BYTES("cacheBudgetBytes", Kind.LEVEL),
  /** Encoder tokens that a batch may have; fewer for a while after memory ran out. */
  TOKEN_BUDGET("tokenBudget", Kind.LEVEL);

  enum Kind {
    TOTAL,
    /** Counted in nanoseconds, told in milliseconds. */
    TOTAL_TIME,
    LEVEL
  }

  private final String title;
  private final Kind kind;

  RuntimeMetric(String title, Kind kind) {
    this.title = title;
    this.kind = kind;
  }

  /** Its name where it is exported. */
  public String title() {
    return title;
  }

  Kind kind() {
    return kind;
  }
}
