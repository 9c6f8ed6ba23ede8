package io.flanstream.jobs.cli;

import io.flanstream.jobs.cluster.ClusterClient;
import io.flanstream.jobs.cluster.EmbeddedFlink;
import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.terminal.Cleanup;
import io.flanstream.jobs.terminal.StandardStreams;
import io.flanstream.jobs.terminal.Style;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.flink.api.common.JobExecutionResult;
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
      description = "REST address of a running session cluster to submit to.")
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
          "Go on from a savepoint or a retained checkpoint, rather than from the group's committed"
              + " offsets.")
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

  /** A job that can be sent to a Flink. */
  interface Job {
    /** What it is called. */
    String name();

    /** Subtasks of its operators. */
    int parallelism();

    /** What it does, in a line. */
    String does();

    /** Sends it to where the client says. */
    JobClient submit(Configuration client) throws IOException;

    /** Does what is left to do when it has ended here; what there is to say then. */
    default Optional<String> ended(JobExecutionResult result)
        throws ExecutionException, InterruptedException {
      return Optional.empty();
    }
  }

  /** Whether Kafka is to be asked before the job is sent. */
  boolean asksKafka() {
    return target.isEmpty() || !kafkaUnchecked;
  }

  /** Sends the job to the cluster, or runs it here to its end. */
  int run(Job job, Pipeline pipeline) throws IOException, InterruptedException, ExecutionException {
    if (target.isPresent()) {
      submit(job, target.get());
    } else {
      runHere(job, pipeline);
    }
    return 0;
  }

  private void submit(Job job, HostPort cluster) throws IOException {
    Configuration client = EmbeddedFlink.client(cluster.host(), cluster.port());
    client.addAll(settings());
    client.set(PipelineOptions.JARS, JobJars.find());
    JobClient submitted = job.submit(client);
    PrintWriter out = StandardStreams.writer();
    out.println("Submitted %s as job %s".formatted(job.name(), submitted.getJobID()));
    out.println("Web page  http://%s/#/job/running/%s".formatted(cluster, submitted.getJobID()));
    out.flush();
    if (!detached) {
      try (ClusterClient asking = new ClusterClient(cluster.toString())) {
        asking.awaitRunning(submitted.getJobID());
      }
      out.println("Running");
      out.flush();
    }
  }

  private void runHere(Job job, Pipeline pipeline)
      throws IOException, InterruptedException, ExecutionException {
    Configuration config = settings();
    config.set(RestOptions.BIND_PORT, webPort);
    EmbeddedFlink flink = Cleanup.register(EmbeddedFlink.start(job.parallelism(), config));
    config.addAll(flink.client());
    Instant begun = Instant.now();
    JobClient submitted = job.submit(config);
    PrintWriter out = StandardStreams.writer();
    out.println("Running %s: %s".formatted(Style.BOLD.out(job.name()), job.does()));
    out.println("Kafka     " + pipeline.kafka().bootstrapServers());
    out.println("Web page  " + flink.webPage());
    out.println(Style.DIM.out("Ctrl-C ends it."));
    out.flush();
    JobExecutionResult result = submitted.getJobExecutionResult().get();
    Duration taken = Duration.between(begun, Instant.now());
    out.println(String.format(Locale.ROOT, "Done in %.1f s", taken.toMillis() / 1e3));
    job.ended(result).ifPresent(out::println);
    out.flush();
  }

  private Configuration settings() {
    Configuration config = Configuration.fromMap(settings);
    savepoint.ifPresent(path -> config.set(StateRecoveryOptions.SAVEPOINT_PATH, path));
    return config;
  }
}
