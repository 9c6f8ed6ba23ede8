package io.flanstream.model.batch;

import java.time.Duration;

/**
 * Bounds of a batch.
 *
 * @param maxTokens the most encoder tokens, padding included; a longer request goes alone
 * @param maxRequests the most requests
 * @param maxWait age of the oldest request at which a part-full batch goes
 */
public record BatchSettings(int maxTokens, int maxRequests, Duration maxWait) {}
