package io.flanstream.jobs.plan;

import io.flanstream.model.flink.ModelOptions;

/**
 * The most that the runtime takes on at once, as its options say.
 *
 * @param tokens encoder tokens of a batch
 * @param requests requests of a batch
 * @param decoding requests that write at once
 */
public record BatchLimits(int tokens, int requests, int decoding) {

  /** What the options are unless set. */
  public static BatchLimits defaults() {
    return new BatchLimits(
        ModelOptions.BATCH_MAX_TOKENS.defaultValue(),
        ModelOptions.BATCH_MAX_REQUESTS.defaultValue(),
        ModelOptions.BATCH_MAX_DECODING.defaultValue());
  }
}
