package io.flanstream.model.batch;

import io.flanstream.model.device.Device;

/**
 * What the device has room for at one moment.
 *
 * @param maxTokens the most encoder tokens of a batch, padding included
 * @param maxRequests the most requests of a batch
 * @param rows how many more requests may decode
 * @param bytes bytes of attention caches that are left
 * @param idle whether nothing decodes, so that waiting frees no more room
 * @param device says what a request costs
 */
record Capacity(
    int maxTokens, int maxRequests, int rows, long bytes, boolean idle, Device device) {}
