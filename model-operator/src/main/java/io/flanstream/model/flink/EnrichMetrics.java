package io.flanstream.model.flink;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.ThreadSafeSimpleCounter;

/**
 * Metrics of the enrich step, under {@code model}: {@code eventsEnriched}, {@code eventsFailed}
 * (and by code, under {@code code.<code>}), {@code eventsPassed}, {@code eventsRetried}, {@code
 * eventsInFlight}; and {@code loads}, how often this process has opened a model.
 *
 * <p>Thread-safe: answers come on the model's threads.
 */
final class EnrichMetrics {
  private final MetricGroup group;
  private final Counter enriched;
  private final Counter failed;
  private final Counter passed;
  private final Counter retried;
  private final Map<String, Counter> failedByCode = new ConcurrentHashMap<>();

  EnrichMetrics(MetricGroup operator, Supplier<Integer> inFlight) {
    this.group = operator.addGroup("model");
    this.enriched = counter(group, "eventsEnriched");
    this.failed = counter(group, "eventsFailed");
    this.passed = counter(group, "eventsPassed");
    this.retried = counter(group, "eventsRetried");
    group.gauge("eventsInFlight", inFlight::get);
    group.gauge("loads", SharedModels::loads);
  }

  void enriched() {
    enriched.inc();
  }

  void passed() {
    passed.inc();
  }

  void retried() {
    retried.inc();
  }

  void failed(String code) {
    failed.inc();
    failedByCode
        .computeIfAbsent(code, name -> counter(group.addGroup("code", name), "eventsFailed"))
        .inc();
  }

  private static Counter counter(MetricGroup group, String name) {
    return group.counter(name, new ThreadSafeSimpleCounter());
  }
}
