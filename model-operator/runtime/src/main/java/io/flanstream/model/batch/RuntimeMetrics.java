package io.flanstream.model.batch;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.LongBinaryOperator;
import java.util.function.LongSupplier;

/**
 * Values of the catalogue {@link RuntimeMetric} for one model. Counting makes no object, unless
 * somebody listens.
 *
 * <p>Thread-safe. Values stay readable after the model is closed.
 */
public final class RuntimeMetrics {
  private final Map<RuntimeMetric, LongAdder> totals = new EnumMap<>(RuntimeMetric.class);
  private final Map<RuntimeMetric, AtomicLong> levels = new EnumMap<>(RuntimeMetric.class);
  private final LongSupplier[] computed = new LongSupplier[RuntimeMetric.values().length];
  private final List<Consumer<DeviceCall>> listeners = new CopyOnWriteArrayList<>();
  private final List<RuntimeMetrics> parts;

  /** Starts from zero. */
  public RuntimeMetrics() {
    this(List.of());
  }

  private RuntimeMetrics(List<RuntimeMetrics> parts) {
    this.parts = List.copyOf(parts);
    for (RuntimeMetric metric : RuntimeMetric.values()) {
      if (metric.kind() == RuntimeMetric.Kind.LEVEL) {
        levels.put(metric, new AtomicLong());
      } else {
        totals.put(metric, new LongAdder());
      }
    }
  }

  /**
   * What several schedulers tell together: sums, and of the oldest wait the longest.
   *
   * @param parts metrics of each
   */
  static RuntimeMetrics sum(List<RuntimeMetrics> parts) {
    if (parts.size() == 1) {
      return parts.get(0);
    }
    RuntimeMetrics sum = new RuntimeMetrics(parts);
    for (RuntimeMetric metric : RuntimeMetric.values()) {
      LongBinaryOperator both = metric == RuntimeMetric.OLDEST_WAIT_MILLIS ? Math::max : Long::sum;
      sum.compute(
          metric, () -> parts.stream().mapToLong(part -> part.value(metric)).reduce(0, both));
    }
    return sum;
  }

  /**
   * A value.
   *
   * @param metric which one
   * @return a count, tokens, bytes or milliseconds, as the metric says
   */
  public long value(RuntimeMetric metric) {
    if (computed[metric.ordinal()] != null) {
      return computed[metric.ordinal()].getAsLong();
    }
    return switch (metric.kind()) {
      case TOTAL -> totals.get(metric).sum();
      case TOTAL_TIME -> TimeUnit.NANOSECONDS.toMillis(totals.get(metric).sum());
      case LEVEL -> levels.get(metric).get();
    };
  }

  /**
   * Has each call of the device that goes well told from now on.
   *
   * @param listener is told on the thread that calls the device, which waits for it; it must not
   *     throw
   */
  public void listen(Consumer<DeviceCall> listener) {
    listeners.add(listener);
    parts.forEach(part -> part.listen(listener));
  }

  /**
   * Has calls told no more; one that is under way may be.
   *
   * @param listener whom {@link #listen} was given
   */
  public void unlisten(Consumer<DeviceCall> listener) {
    parts.forEach(part -> part.unlisten(listener));
    listeners.remove(listener);
  }

  /** Tells those who listen of a call. */
  void called(DeviceCall.Phase phase, int records, long tokens, long nanos) {
    if (!listeners.isEmpty()) {
      DeviceCall call = new DeviceCall(phase, records, tokens, nanos);
      listeners.forEach(listener -> listener.accept(call));
    }
  }

  /** Counts; nanoseconds where the metric is a time. */
  void add(RuntimeMetric total, long amount) {
    totals.get(total).add(amount);
  }

  /** Notes a level. */
  void set(RuntimeMetric level, long value) {
    levels.get(level).setRelease(value);
  }

  /** Has a value computed when it is read, by any thread. To be said before the first reader. */
  void compute(RuntimeMetric metric, LongSupplier value) {
    computed[metric.ordinal()] = value;
  }
}
