package io.flanstream.model.flink;

import io.flanstream.model.batch.RuntimeMetric;
import io.flanstream.model.batch.RuntimeMetrics;
import io.flanstream.model.task.TaskResults;
import io.flanstream.model.task.TaskSet;
import io.flanstream.schemas.Classification;
import io.flanstream.schemas.EnrichedEvent;
import io.flanstream.schemas.Fidelity;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.ThreadSafeSimpleCounter;

/**
 * Metrics of the enrich step, under {@code model}: events, their tokens and their labels, and the
 * model's own. jobs' METRICS.md says what each is.
 *
 * <p>Thread-safe: answers come on the model's threads.
 */
final class EnrichMetrics implements ModelClient.Listener {
  private static final long NONE_YET = -1;
  private static final String SKIPPED = "SKIPPED";

  private final MetricGroup group;
  private final Counter enriched;
  private final Counter failed;
  private final Counter passed;
  private final Counter retried;
  private final Counter cacheHits;
  private final Counter inputTokens;
  private final Counter truncatedTokens;
  private final Counter unknownTokens;
  private final Counter tasksSkipped;
  private final Counter promptsSaved;
  private final Map<String, Counter> failedByCode = new ConcurrentHashMap<>();
  private final Map<String, Counter> abstained = new ConcurrentHashMap<>();
  private final Map<Given, Counter> labels = new ConcurrentHashMap<>();
  private final long opened = System.nanoTime();
  private final AtomicLong firstResultMillis = new AtomicLong(NONE_YET);

  /** A label that a task gave. */
  private record Given(String task, String label) {}

  EnrichMetrics(MetricGroup operator) {
    this.group = operator.addGroup("model");
    this.enriched = counter(group, "eventsEnriched");
    this.failed = counter(group, "eventsFailed");
    this.passed = counter(group, "eventsPassed");
    this.retried = counter(group, "eventsRetried");
    this.cacheHits = counter(group, "cacheHits");
    this.inputTokens = counter(group, "inputTokens");
    this.truncatedTokens = counter(group, "truncatedTokens");
    this.unknownTokens = counter(group, "unknownTokens");
    this.tasksSkipped = counter(group, "tasksSkipped");
    this.promptsSaved = counter(group, "promptsSaved");
    group.gauge("loads", SharedModels::loads);
    group.gauge("firstResultMillis", firstResultMillis::get);
  }

  /** Tells of what the model has not answered yet. */
  void inFlight(Supplier<Integer> events, LongSupplier bytes, LongSupplier oldestMillis) {
    group.gauge("eventsInFlight", events::get);
    group.gauge("bytesInFlight", bytes::getAsLong);
    group.gauge("oldestEventMillis", oldestMillis::getAsLong);
  }

  /** Tells of the model itself, which all tasks of the process share: each tells the same. */
  void model(RuntimeMetrics runtime) {
    for (RuntimeMetric metric : RuntimeMetric.values()) {
      group.gauge(metric.title(), () -> runtime.value(metric));
    }
  }

  /** Tells how often the device was lost lately. */
  void deviceLosses(Supplier<Integer> losses) {
    group.gauge("deviceLosses", losses::get);
  }

  /** Tells of the tasks. */
  void tasks(LongSupplier changes, LongSupplier refused) {
    group.gauge("taskSetChanges", changes::getAsLong);
    group.gauge("taskSetsRefused", refused::getAsLong);
  }

  void enriched(EnrichedEvent event) {
    if (enriched.getCount() == 0) {
      long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - opened);
      firstResultMillis.compareAndSet(NONE_YET, took);
    }
    enriched.inc();
    Fidelity fidelity = event.getFidelity();
    inputTokens.inc(fidelity.getInputTokens());
    truncatedTokens.inc(fidelity.getTruncatedTokens());
    unknownTokens.inc(fidelity.getUnknownTokens());
    event.getClassifications().forEach(this::classified);
  }

  /** Counts the tasks that a text was not asked, whose conditions did not hold. */
  void skipped(TaskSet tasks, TaskResults results) {
    for (int i = 0; i < tasks.tasks().size(); i++) {
      if (results.status().get(i).getState().equals(SKIPPED)) {
        tasksSkipped.inc();
        promptsSaved.inc(tasks.tasks().get(i).prompts());
      }
    }
  }

  void passed() {
    passed.inc();
  }

  @Override
  public void retried() {
    retried.inc();
  }

  @Override
  public void cacheHit() {
    cacheHits.inc();
  }

  void failed(String code) {
    failed.inc();
    failedByCode
        .computeIfAbsent(code, name -> counter(group.addGroup("code", name), "eventsFailed"))
        .inc();
  }

  private void classified(Classification classification) {
    String task = classification.getTask();
    if (classification.getAbstained()) {
      abstained
          .computeIfAbsent(task, name -> counter(group.addGroup("task", name), "abstentions"))
          .inc();
    } else {
      labels.computeIfAbsent(new Given(task, classification.getLabel()), this::labelCounter).inc();
    }
  }

  private Counter labelCounter(Given given) {
    return counter(group.addGroup("task", given.task()).addGroup("label", given.label()), "labels");
  }

  private static Counter counter(MetricGroup group, String name) {
    return group.counter(name, new ThreadSafeSimpleCounter());
  }
}
