package io.flanstream.jobs.demo;

import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.sql.ResultFormat;
import io.flanstream.jobs.sql.SqlSession;
import io.flanstream.jobs.terminal.Style;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.flink.configuration.Configuration;

/**
 * A query over the enriched topic, prepared while the job still runs.
 *
 * <p>Flink's planner keeps things by thread, so one thread prepares and asks.
 */
final class DemoQuery {
  private static final String QUERY =
      """
      SELECT label, COUNT(*) AS messages, CAST(AVG(score) AS DECIMAL(5, 4)) AS mean_score
      FROM classifications
      GROUP BY label
      ORDER BY messages DESC, label
      """;

  private final ExecutorService thread;
  private final Future<SqlSession> session;

  private DemoQuery(ExecutorService thread, Future<SqlSession> session) {
    this.thread = thread;
    this.session = session;
  }

  static DemoQuery prepare(Pipeline pipeline, Configuration client) {
    ExecutorService thread =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread created = new Thread(task, "sql");
              created.setDaemon(true);
              return created;
            });
    return new DemoQuery(
        thread,
        thread.submit(
            () -> {
              SqlSession opened = SqlSession.open(pipeline, client);
              opened.plan(QUERY);
              return opened;
            }));
  }

  /** Shows the query and its answer. */
  void run(PrintWriter out) throws InterruptedException, ExecutionException {
    QUERY.lines().forEach(line -> out.println(Style.DIM.out("  " + line)));
    out.println();
    out.flush();
    SqlSession opened = session.get();
    StringWriter answer = new StringWriter();
    thread.submit(() -> opened.run(QUERY, ResultFormat.TABLE, new PrintWriter(answer))).get();
    answer.toString().lines().forEach(line -> out.println("  " + line));
    thread.shutdown();
  }
}
