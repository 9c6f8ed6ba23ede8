package io.flanstream.model.cache;

import java.io.Serializable;

/**
 * Where results are kept, and how many. Equal settings name the same cache of a process.
 *
 * @param memoryBytes the most bytes in memory; 0 for none
 * @param directory directory on a local disk, which processes may share; null for none
 * @param diskBytes about the most bytes in the directory
 */
public record CacheSettings(long memoryBytes, String directory, long diskBytes)
    implements Serializable {}
