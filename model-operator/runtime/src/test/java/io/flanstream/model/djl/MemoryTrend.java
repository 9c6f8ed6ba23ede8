package io.flanstream.model.djl;

import java.util.List;
import java.util.function.ToLongFunction;

/**
 * How memory goes on once it has been taken: the first quarter is left out, in which caches fill,
 * code is compiled and the allocator finds its size. From the second quarter to the last half each
 * mean is of so many samples that what the allocator takes and gives back does not count.
 */
final class MemoryTrend {
  private final List<MemorySample> samples;

  /** Takes samples at equal distances, oldest first. */
  MemoryTrend(List<MemorySample> samples) {
    this.samples = List.copyOf(samples);
  }

  /** Growth of the mean from the second quarter to the last half, over that of the former. */
  double growth(ToLongFunction<MemorySample> level) {
    int count = samples.size();
    double before = mean(samples.subList(count / 4, count / 2), level);
    return mean(samples.subList(count / 2, count), level) / before - 1;
  }

  /** Growth for each request, by least squares over all but the first quarter. */
  double slope(ToLongFunction<MemorySample> level) {
    List<MemorySample> late = samples.subList(samples.size() / 4, samples.size());
    double requests = mean(late, MemorySample::requests);
    double levels = mean(late, level);
    double product = 0;
    double square = 0;
    for (MemorySample sample : late) {
      double distance = sample.requests() - requests;
      product += distance * (level.applyAsLong(sample) - levels);
      square += distance * distance;
    }
    return product / square;
  }

  private static double mean(List<MemorySample> some, ToLongFunction<MemorySample> level) {
    return some.stream().mapToLong(level).average().orElseThrow();
  }
}
