package io.flanstream.jobs.cli;

import io.flanstream.jobs.client.ClusterClient;
import io.flanstream.jobs.client.RestartCauses;
import io.flanstream.jobs.kafka.TopicException;
import io.flanstream.jobs.kafka.TopicOffsets;
import io.flanstream.jobs.offsets.RunCounts;
import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.pipeline.Position;
import io.flanstream.jobs.pipeline.SourceTopics;
import io.flanstream.jobs.terminal.Style;
import io.flanstream.jobs.terminal.TextWidth;
import io.flanstream.operators.record.JobNotices;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows how far a job in this process is, and why it is restarted again and again: on a terminal a
 * line that changes, elsewhere a line a minute.
 */
final class RunWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RunWatch.class);
  private static final Duration TICK = Duration.ofSeconds(1);
  private static final Duration PLAIN_INTERVAL = Duration.ofMinutes(1);
  private static final int TICKS_PER_QUESTION = 3;

  private final PrintWriter out;
  private final JobID job;
  private final Configuration flink;
  private final Pipeline pipeline;
  private final boolean counted;
  private final RunLine line;
  private final RestartCauses causes = new RestartCauses();
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "run-watch");
            thread.setDaemon(true);
            return thread;
          });
  private Map<TopicPartition, Long> ends = Map.of();
  private boolean isOpen;
  private int ticks;
  private long lastPlain = System.nanoTime();

  /**
   * Watches a job.
   *
   * @param out where to show it
   * @param job the job
   * @param flink how to ask the Flink that it runs in
   * @param pipeline the pipeline that it is of
   * @param counted whether it is the pipeline's own job, whose records are counted
   */
  RunWatch(PrintWriter out, JobID job, Configuration flink, Pipeline pipeline, boolean counted) {
    this.out = out;
    this.job = job;
    this.flink = flink;
    this.pipeline = pipeline;
    this.counted = counted;
    this.line = new RunLine(pipeline.source().to().isPresent());
    if (counted) {
      RunCounts.watch(job.toString());
    }
  }

  /** Begins to show it. */
  void start() {
    var unused =
        clock.scheduleWithFixedDelay(
            this::tick, TICK.toMillis(), TICK.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** What the job has done by now. */
  RunCounts counts() {
    return RunCounts.of(job.toString());
  }

  /** Ends the line. */
  @Override
  public void close() {
    clock.shutdownNow();
    synchronized (this) {
      clear();
      JobNotices.take(job).forEach(text -> out.println("Note: " + text));
      out.flush();
    }
  }

  private void tick() {
    try {
      List<String> said = new ArrayList<>();
      if (ticks++ % TICKS_PER_QUESTION == 0) {
        said = failures();
        askEnds();
      }
      show(said, JobNotices.take(job));
    } catch (IOException | RuntimeException e) {
      LOG.debug("Cannot tell how far the job is", e);
    }
  }

  private List<String> failures() throws IOException {
    List<String> said = new ArrayList<>();
    try (ClusterClient client = ClusterClient.of(flink)) {
      List<ClusterClient.JobFailure> failures = new ArrayList<>(client.failures(job));
      Collections.reverse(failures);
      failures.forEach(failure -> causes.add(failure.time(), failure.cause()).ifPresent(said::add));
    }
    return said;
  }

  /** Where the run ends, or else the topic. */
  private void askEnds() {
    if (!counted) {
      return;
    }
    Position end = pipeline.source().to().orElse(new Position.Latest());
    if (!ends.isEmpty() && pipeline.source().to().isPresent()) {
      return;
    }
    try {
      SourceTopics topics = pipeline.source().topics();
      Map<TopicPartition, Long> found = new HashMap<>();
      new TopicOffsets(pipeline.kafka(), topics)
          .resolved(end)
          .byPartition()
          .forEach((name, offset) -> found.put(topics.partition(name), offset));
      ends = found;
    } catch (TopicException e) {
      LOG.debug("Cannot tell the lag", e);
    }
  }

  private synchronized void show(List<String> said, List<String> notices) {
    if (clock.isShutdown()) {
      return;
    }
    for (String text : said) {
      clear();
      out.println(Style.RED.out(text));
    }
    for (String text : notices) {
      clear();
      out.println("Note: " + text);
    }
    if (counted) {
      String text = line.text(counts(), ends, System.nanoTime());
      if (Style.isTerminal()) {
        out.print("\r\033[K" + TextWidth.fit(text, Style.columns() - 1));
        isOpen = true;
      } else if (System.nanoTime() - lastPlain >= PLAIN_INTERVAL.toNanos()) {
        lastPlain = System.nanoTime();
        out.println(text);
      }
    }
    out.flush();
  }

  private void clear() {
    if (isOpen) {
      out.print("\r\033[K");
      isOpen = false;
    }
  }
}
