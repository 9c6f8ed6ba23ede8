package io.flanstream.jobs.cli;

import io.flanstream.jobs.client.ClusterClient;
import io.flanstream.jobs.local.EmbeddedFlink;
import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.terminal.Cleanup;
import io.flanstream.jobs.terminal.StandardStreams;
import io.flanstream.jobs.terminal.Style;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import picocli.CommandLine.Option;

/** Where a job of a pipeline runs, what it goes on from, and what else Flink is told of it. */
final class JobArguments {
  @Option(
      names = "--target",
      paramLabel = "HOST:PORT",
      description =
          "REST address of a running session cluster to submit to, https://HOST:PORT for TLS.")
  private Optional<HostPort> target;

  @Option(
      names = "--web-port",
      paramLabel = "PORT",
      defaultValue = "8081-8099",
      description = "Port of the web page, or a range to choose from (default: ${DEFAULT-VALUE}).")
  private String webPort;

  @Option(
      names = "--from-savepoint",
      paramLabel = "PATH",
      description =
          "Go on from a savepoint or a retained checkpoint. What was written after it comes twice.")
  private Optional<String> savepoint;

  @Option(
      names = "--kafka-unchecked",
      description =
          "With --target: do not ask Kafka and the schema registry first, which only the cluster"
              + " reaches.")
  private boolean kafkaUnchecked;

  @Option(
      names = "--detached",
      description = "With --target: do not wait until the job runs, or say why it does not.")
  private boolean detached;

  @Option(
      names = "-D",
      paramLabel = "KEY=VALUE",
      description = "Tell Flink anything, such as restart-strategy.type=none.")
  private Map<String, String> settings = new HashMap<>();

  /** How long stopping with a savepoint may take. */
  static final Duration STOPS_WITHIN = Duration.ofSeconds(60);

  /** A job that can be sent to a Flink. */
  interface Job {
    /** What it is called. */
    String name();

    /** The command that goes on from its state, for people. */
    default String command() {
      return "flanstream run";
    }

    /** Subtasks of its operators. */
    int parallelism();

    /** What it does, in a line. */
    String does();

    /** What it goes on from, where that is known before it is sent. */
    default Optional<String> state() {
      return Optional.empty();
    }

    /** URI of where to put a savepoint when it is told to stop; empty where it is just ended. */
    default Optional<String> savepointDirectory() {
      return Optional.empty();
    }

    /** What deduplication remembers, where there is any. */
    default Optional<String> dedup() {
      return Optional.empty();
    }

    /** Whether it is the pipeline's own job, whose records are counted. */
    default boolean isCounted() {
      return false;
    }

    /** URIs of the jars that travel with it. */
    default List<String> jars() {
      return JobJars.ofPipeline();
    }

    /** Tells Flink of it what no argument says. */
    default void configure(Configuration client) {}

    /** Is told that it has been sent and runs. */
    default void runs() {}

    /** Sends it to where the client says. */
    JobClient submit(Configuration client) throws IOException;

    /** Does what is left to do when it has ended here; what there is to say then. */
    default Optional<String> ended(JobExecutionResult result)
        throws IOException, ExecutionException, InterruptedException {
      return Optional.empty();
    }
  }

  /** Whether Kafka is to be asked before the job is sent. */
  boolean asksKafka() {
    return target.isEmpty() || !kafkaUnchecked;
  }

  /** The cluster to submit to; empty where the job runs here. */
  Optional<HostPort> target() {
    return target;
  }

  /** What to go on from, where the arguments say. */
  Optional<String> savepoint() {
    return savepoint;
  }

  /** Sends the job to the cluster, or runs it here to its end. */
  int run(Job job, Pipeline pipeline) throws IOException, InterruptedException, ExecutionException {
    if (target.isPresent()) {
      submit(job, target.get());
      return 0;
    }
    return runHere(job, pipeline);
  }

  private void submit(Job job, HostPort cluster) throws IOException {
    Configuration client = ClusterClient.settings(cluster.toString());
    client.addAll(settings());
    client.set(PipelineOptions.JARS, job.jars());
    job.configure(client);
    JobClient submitted = job.submit(client);
    PrintWriter out = StandardStreams.writer();
    out.println("Submitted %s as job %s".formatted(job.name(), submitted.getJobID()));
    out.println("Web page  %s/#/job/running/%s".formatted(cluster.webPage(), submitted.getJobID()));
    job.state().ifPresent(state -> out.println("State     " + state));
    job.dedup().ifPresent(remembered -> out.println("Dedup     " + remembered));
    out.flush();
    if (!detached) {
      try (ClusterClient asking = new ClusterClient(cluster.toString())) {
        asking.awaitRunning(submitted.getJobID());
      }
      out.println("Running");
      out.flush();
    }
    job.runs();
  }

  private int runHere(Job job, Pipeline pipeline)
      throws IOException, InterruptedException, ExecutionException {
    Configuration config = settings();
    config.set(RestOptions.BIND_PORT, webPort);
    EmbeddedFlink flink = Cleanup.register(EmbeddedFlink.start(job.parallelism(), config));
    config.addAll(flink.client());
    job.configure(config);
    Instant begun = Instant.now();
    JobClient submitted = job.submit(config);
    job.runs();
    PrintWriter out = StandardStreams.writer();
    out.println("Running %s: %s".formatted(Style.BOLD.out(job.name()), job.does()));
    out.println("Kafka     " + pipeline.kafka().bootstrapServers());
    job.state().ifPresent(state -> out.println("State     " + state));
    job.dedup().ifPresent(remembered -> out.println("Dedup     " + remembered));
    out.println("Web page  " + flink.webPage());
    RunWatch watch = new RunWatch(out, submitted.getJobID(), config, pipeline, job.isCounted());
    Optional<StopWithSavepoint> stop =
        job.savepointDirectory()
            .map(
                directory ->
                    new StopWithSavepoint(
                        job.command(),
                        watch::close,
                        () -> stopped(config, submitted.getJobID(), directory),
                        () -> {
                          var unused = submitted.cancel();
                        },
                        STOPS_WITHIN));
    out.println(
        Style.DIM.out(
            stop.isEmpty()
                ? "Ctrl-C ends it."
                : String.format(
                    Locale.ROOT,
                    "Ctrl-C stops it with a savepoint, within %d s; a second one ends it at once.",
                    STOPS_WITHIN.toSeconds())));
    out.flush();
    stop.ifPresent(StopWithSavepoint::onSignals);
    watch.start();
    JobExecutionResult result;
    try {
      result = await(submitted, watch);
    } catch (ExecutionException e) {
      if (stop.isPresent() && stop.get().isAsked()) {
        boolean saved = stop.get().await();
        say(job, watch, out);
        return saved ? 0 : 1;
      }
      throw e;
    }
    if (stop.isPresent() && stop.get().isAsked() && stop.get().await()) {
      say(job, watch, out);
      return 0;
    }
    Duration taken = Duration.between(begun, Instant.now());
    out.println(String.format(Locale.ROOT, "Done in %.1f s", taken.toMillis() / 1e3));
    say(job, watch, out);
    job.ended(result).ifPresent(out::println);
    out.flush();
    return 0;
  }

  private static JobExecutionResult await(JobClient job, RunWatch watch)
      throws InterruptedException, ExecutionException {
    try {
      return job.getJobExecutionResult().get();
    } finally {
      watch.close();
    }
  }

  /** How many records of each kind there were. */
  private static void say(Job job, RunWatch watch, PrintWriter out) {
    if (job.isCounted()) {
      out.println(RunLine.done(watch.counts()));
      out.flush();
    }
  }

  private static String stopped(Configuration flink, JobID job, String directory)
      throws IOException {
    try (ClusterClient client = ClusterClient.of(flink)) {
      return client.stop(job, Optional.of(directory));
    }
  }

  private Configuration settings() {
    Configuration config = Configuration.fromMap(settings);
    savepoint.ifPresent(path -> config.set(StateRecoveryOptions.SAVEPOINT_PATH, path));
    return config;
  }
}
