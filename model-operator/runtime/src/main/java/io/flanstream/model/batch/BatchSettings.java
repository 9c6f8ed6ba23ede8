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

  /** What holds unless something else is set. */
  public static final BatchSettings DEFAULT =
      new BatchSettings(4096, 64, 64, 0, Duration.ofMillis(5), Duration.ofMinutes(10));

  /** The same with another bound of the decoding. */
  public BatchSettings withMaxDecoding(int requests) {
    return new BatchSettings(maxTokens, maxRequests, requests, cacheBytes, maxWait, callTimeout);
  }

  /** The same with other patience with the device. */
  public BatchSettings withCallTimeout(Duration timeout) {
    return new BatchSettings(maxTokens, maxRequests, maxDecoding, cacheBytes, maxWait, timeout);
  }

  /** The same with another bound of the attention caches. */
  public BatchSettings withCacheBytes(long bytes) {
    return new BatchSettings(maxTokens, maxRequests, maxDecoding, bytes, maxWait, callTimeout);
  }
}
