package io.flanstream.jobs.demo;

import io.flanstream.jobs.local.PipelineJob;
import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.terminal.CommandException;
import io.flanstream.jobs.terminal.Progress;
import io.flanstream.jobs.terminal.Style;
import io.flanstream.model.flink.ModelOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.core.execution.JobClient;

/** Real messages through a real Kafka, a real Flink job and a real model, and what came of them. */
public final class Demo {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Duration TICK = Duration.ofMillis(200);
  private static final int SLOTS_FOR_SQL = 2;

  private final DemoFiles files;
  private final PrintWriter out;
  private final Report report;

  /** Prepares a demo that writes to some place. */
  public Demo(DemoFiles files, PrintWriter out) {
    this.files = files;
    this.out = out;
    this.report = new Report(out);
  }

  /**
   * Runs it.
   *
   * @return the clusters, still running, and whether all is as it should be
   */
  public DemoRun run() throws IOException, InterruptedException, ExecutionException {
    report.heading("Flanstream demo");
    List<Message> messages = Message.read(files.messages());
    Map<String, Expected> expected = Expected.read(files.expected());
    DemoClusters clusters = DemoClusters.start(SLOTS_FOR_SQL, files);
    Pipeline pipeline = clusters.pipeline();
    say("Kafka", clusters.kafka().bootstrapServers());
    say("Flink", clusters.flink().webPage().toString());
    say(
        "model",
        files
            .installation()
            .home()
            .relativize(Path.of(pipeline.model().get(ModelOptions.PATH)))
            .toString());

    MessageFeed.send(pipeline, messages);
    say(
        "messages",
        String.format(
            Locale.ROOT, "%,d sent to topic %s", messages.size(), pipeline.source().topic()));
    JobClient job = PipelineJob.submit(pipeline, failingFast(clusters.flink().client()));
    DemoQuery query = DemoQuery.prepare(pipeline, clusters.flink().client());
    Results results = results(pipeline, messages.size(), job);

    report.samples(results.enriched());
    report.deadLetters(results.deadLetters());
    report.agreement(Agreement.of(expected, results.enriched()));
    report.heading("SQL over the enriched topic");
    query.run(out);
    report.merged(MergedDemo.of(files).run(clusters, failingFast(clusters.flink().client())));
    Verification verdict = Verification.of(messages, expected, results);
    report.verdict(verdict, messages.size(), results);
    return new DemoRun(clusters, job, verdict.holds());
  }

  /** A demo that has to restart its job has failed. */
  private static Configuration failingFast(Configuration client) {
    Configuration config = new Configuration(client);
    config.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
    return config;
  }

  private Results results(Pipeline pipeline, int sent, JobClient job)
      throws InterruptedException, ExecutionException {
    CompletableFuture<JobExecutionResult> end = job.getJobExecutionResult();
    Progress progress = Progress.onOutput(out, sent);
    try (ResultReader reader = new ResultReader(pipeline)) {
      Results results = reader.poll(Duration.ZERO);
      int before = 0;
      long lastNews = System.nanoTime();
      while (results.size() < sent) {
        progress.show(results.size());
        if (end.isDone()) {
          end.get();
          throw new CommandException("Cannot finish demo: the job ended before its messages");
        }
        if (results.size() > before) {
          before = results.size();
          lastNews = System.nanoTime();
        } else if (System.nanoTime() - lastNews > PATIENCE.toNanos()) {
          throw new CommandException(
              "Cannot finish demo: nothing came for %s s, with %s of %s messages done"
                  .formatted(PATIENCE.toSeconds(), before, sent));
        }
        reader.poll(TICK);
      }
      reader.readAll();
      progress.end(results.size());
      return results;
    }
  }

  private void say(String what, String value) {
    out.println("  " + Style.DIM.out("%-10s".formatted(what)) + value);
    out.flush();
  }
}
