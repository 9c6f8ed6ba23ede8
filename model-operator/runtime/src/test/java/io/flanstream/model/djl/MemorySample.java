package io.flanstream.model.djl;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What this process holds when nothing is under way.
 *
 * @param requests answered until then
 * @param heap bytes of the Java heap in use after a collection
 * @param anonymous bytes that no file backs, but for the Java heap's
 * @param allocated those of them that somebody holds: neither free in the C library's allocator nor
 *     taken past it
 * @param engineObjects living objects of DJL: arrays, their managers, values
 * @param mappings mapped ranges of the address space
 * @param files open files
 * @param threads living threads
 */
record MemorySample(
    long requests,
    long heap,
    long anonymous,
    long allocated,
    long engineObjects,
    long mappings,
    long files,
    long threads) {

  static MemorySample now(long requests) throws IOException {
    long engineObjects = OwnMemory.instances("ai.djl.");
    return new MemorySample(
        requests,
        OwnMemory.heap(),
        OwnMemory.anonymous(),
        NativeHeap.allocated(),
        engineObjects,
        Files.readAllLines(Path.of("/proc/self/maps")).size(),
        entries("/proc/self/fd"),
        entries("/proc/self/task"));
  }

  private static long entries(String directory) throws IOException {
    try (Stream<Path> all = Files.list(Path.of(directory))) {
      return all.count();
    }
  }

  /** Reads what {@link #toString()} writes. */
  static MemorySample parse(String line) {
    long[] values = Stream.of(line.split("\\D+")).skip(1).mapToLong(Long::parseLong).toArray();
    return new MemorySample(
        values[0], values[1], values[2], values[3], values[4], values[5], values[6], values[7]);
  }
}
