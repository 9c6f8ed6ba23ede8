package io.flanstream.jobs.bench;

import io.flanstream.model.batch.RuntimeMetric;
import io.flanstream.model.batch.RuntimeMetrics;
import java.util.EnumMap;
import java.util.Map;

/** Totals of a model's runtime: at a moment, or between two. */
final class RuntimeCounts {
  private final Map<RuntimeMetric, Long> values;

  private RuntimeCounts(Map<RuntimeMetric, Long> values) {
    this.values = values;
  }

  static RuntimeCounts of(RuntimeMetrics metrics) {
    Map<RuntimeMetric, Long> values = new EnumMap<>(RuntimeMetric.class);
    for (RuntimeMetric metric : RuntimeMetric.values()) {
      values.put(metric, metrics.value(metric));
    }
    return new RuntimeCounts(values);
  }

  /** What was added after an earlier moment. */
  RuntimeCounts since(RuntimeCounts earlier) {
    Map<RuntimeMetric, Long> added = new EnumMap<>(values);
    added.replaceAll((metric, value) -> value - earlier.get(metric));
    return new RuntimeCounts(added);
  }

  long get(RuntimeMetric metric) {
    return values.get(metric);
  }

  /** A total over another; 0 where there is none. */
  double ratio(RuntimeMetric of, RuntimeMetric over) {
    return get(over) == 0 ? 0 : (double) get(of) / get(over);
  }
}
