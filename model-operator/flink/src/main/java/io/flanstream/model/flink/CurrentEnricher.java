package io.flanstream.model.flink;

import io.flanstream.model.task.TaskSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The enricher of the tasks as they are now, prepared once for each set. Thread-safe. */
final class CurrentEnricher {
  private static final Logger LOG = LoggerFactory.getLogger(CurrentEnricher.class);

  private final TaskFeed feed;
  private final Function<TaskSet, EventEnricher> preparing;
  private final AtomicLong changes = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();
  private volatile Prepared prepared;

  /** An enricher, and the newest tasks that were tried, which are its own unless they failed. */
  private record Prepared(TaskSet tried, EventEnricher enricher) {
    boolean isOf(TaskSet tasks) {
      return tried.version().equals(tasks.version());
    }
  }

  /**
   * Prepares the tasks of a feed.
   *
   * @param feed the tasks
   * @param preparing makes an enricher
   * @throws IllegalArgumentException if the first tasks do not suit the model
   */
  CurrentEnricher(TaskFeed feed, Function<TaskSet, EventEnricher> preparing) {
    this.feed = feed;
    this.preparing = preparing;
    TaskSet first = feed.current();
    this.prepared = new Prepared(first, preparing.apply(first));
  }

  /** The enricher; that of the tasks before where those of now do not suit the model. */
  EventEnricher get() {
    TaskSet current = feed.current();
    Prepared ready = prepared;
    return ready.isOf(current) ? ready.enricher : change(current);
  }

  private synchronized EventEnricher change(TaskSet current) {
    if (!prepared.isOf(current)) {
      try {
        prepared = new Prepared(current, preparing.apply(current));
        changes.incrementAndGet();
        LOG.info("Tasks are now {}", current.version());
      } catch (IllegalArgumentException e) {
        prepared = new Prepared(current, prepared.enricher);
        refused.incrementAndGet();
        LOG.error("Tasks {} are refused; those before them stay", current.version(), e);
      }
    }
    return prepared.enricher;
  }

  /** How often the tasks have changed. */
  long changes() {
    return changes.get();
  }

  /** How many sets of tasks came that could not be taken. */
  long refused() {
    return feed.refused() + refused.get();
  }
}
