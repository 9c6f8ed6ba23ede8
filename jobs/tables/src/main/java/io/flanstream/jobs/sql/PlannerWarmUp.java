package io.flanstream.jobs.sql;

import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads Flink's planner, some thousands of classes that take longer than the plan of a first query,
 * in a thread of its own: beside what a command has to do before it has a session, and beside the
 * person who types the first statement.
 */
public final class PlannerWarmUp {
  private static final Logger LOG = LoggerFactory.getLogger(PlannerWarmUp.class);
  private static final AtomicBoolean BEGUN = new AtomicBoolean();

  /** What a query of a topic is planned with: a group, a row for each element, an order. */
  private static final String QUERY =
      "SELECT k, COUNT(*) AS n FROM (VALUES (1, ARRAY['a'])) AS t (k, v)"
          + " CROSS JOIN UNNEST(v) AS u (w) WHERE w IS NOT NULL GROUP BY k ORDER BY n DESC";

  private PlannerWarmUp() {}

  /** Begins, once in a process; returns at once. */
  public static void begin() {
    if (BEGUN.compareAndSet(false, true)) {
      Thread thread = new Thread(PlannerWarmUp::plan, "sql-planner-warm-up");
      thread.setDaemon(true);
      thread.start();
    }
  }

  private static void plan() {
    try {
      TableEnvironment tables =
          TableEnvironment.create(EnvironmentSettings.newInstance().inBatchMode().build());
      LOG.debug("Planned {}", tables.explainSql(QUERY));
    } catch (RuntimeException e) {
      LOG.debug("The first query will load what it needs", e);
    }
  }
}
