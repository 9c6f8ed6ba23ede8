package io.flanstream.jobs.hub;

/**
 * A file of a model, as the hub lists it.
 *
 * @param name name, in the model's root directory
 * @param size bytes
 * @param checksum of the bytes
 */
public record HubFile(String name, long size, Checksum checksum) {}
