package io.flanstream.model.batch;

import java.time.Duration;

/**
 * Bounds of the work on a device.
 *
 * @param maxTokens the most encoder tokens of a batch, padding included; a longer request goes
 *     alone
 * @param maxRequests the most requests of a batch
 * @param maxDecoding the most requests that decode at once
 * @param cacheBytes the most bytes of attention caches; 0 for half of what the device has free
 * @param maxWait age of the oldest request at which a part-full batch goes
 * @param callTimeout how long one call of the device may take until it is given up
 */
public record BatchSettings(
    int maxTokens,
    int maxRequests,
    int maxDecoding,
    long cacheBytes,
    Duration maxWait,
    Duration callTimeout) {

  /** The same with another bound of the attention caches. */
  public BatchSettings withCacheBytes(long bytes) {
    return new BatchSettings(maxTokens, maxRequests, maxDecoding, bytes, maxWait, callTimeout);
  }
}
