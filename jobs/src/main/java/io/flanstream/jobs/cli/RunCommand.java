package io.flanstream.jobs.cli;

import io.flanstream.jobs.cluster.ClusterClient;
import io.flanstream.jobs.cluster.EmbeddedFlink;
import io.flanstream.jobs.cluster.PipelineJob;
import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.pipeline.PipelineFile;
import io.flanstream.jobs.terminal.Cleanup;
import io.flanstream.jobs.terminal.StandardStreams;
import io.flanstream.jobs.terminal.Style;
import io.flanstream.operators.dedup.DropDuplicatesFunction;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code flanstream run}. */
@Command(
    name = "run",
    description = {
      "Run a pipeline between Kafka topics, exactly once.",
      "In a Flink of its own, with a web page, until Ctrl-C; or on a running session cluster, whose"
          + " lib/ has the model operator and everything under it."
    })
final class RunCommand implements Callable<Integer> {
  @Parameters(paramLabel = "PIPELINE.yaml", description = "The pipeline's file.")
  private Path file;

  @Option(
      names = "--bounded",
      description = "End where the topic ends when the job starts, unless source.to says where.")
  private boolean bounded;

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
      names = "--create-topics",
      description = "Create what is missing of the two output topics.")
  private boolean createTopics;

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

  @Override
  public Integer call() throws IOException, InterruptedException, ExecutionException {
    Pipeline read = PipelineFile.read(file);
    Pipeline pipeline = bounded ? read.bounded() : read;
    if (target.isEmpty() || !kafkaUnchecked) {
      KafkaCheck.topics(pipeline, createTopics);
      KafkaCheck.transactions(pipeline);
      RegistryCheck.reach(pipeline);
    }
    return target.isPresent() ? submit(pipeline, target.get()) : runHere(pipeline);
  }

  private int submit(Pipeline pipeline, HostPort cluster) throws IOException {
    Configuration client = EmbeddedFlink.client(cluster.host(), cluster.port());
    client.addAll(settings());
    client.set(PipelineOptions.JARS, JobJars.find());
    JobClient job = PipelineJob.submit(pipeline, client);
    PrintWriter out = StandardStreams.writer();
    out.println("Submitted %s as job %s".formatted(pipeline.name(), job.getJobID()));
    out.println("Web page  http://%s/#/job/running/%s".formatted(cluster, job.getJobID()));
    out.flush();
    if (!detached) {
      try (ClusterClient asking = new ClusterClient(cluster.toString())) {
        asking.awaitRunning(job.getJobID());
      }
      out.println("Running");
      out.flush();
    }
    return 0;
  }

  private int runHere(Pipeline pipeline)
      throws IOException, InterruptedException, ExecutionException {
    Configuration config = settings();
    config.set(RestOptions.BIND_PORT, webPort);
    EmbeddedFlink flink =
        Cleanup.register(EmbeddedFlink.start(pipeline.job().parallelism(), config));
    config.addAll(flink.client());
    Instant begun = Instant.now();
    JobClient job = PipelineJob.submit(pipeline, config);
    PrintWriter out = StandardStreams.writer();
    out.println(
        "Running %s: %s -> %s, dead letters -> %s"
            .formatted(
                Style.BOLD.out(pipeline.name()),
                pipeline.source().topic(),
                pipeline.sink().topic(),
                pipeline.deadLetters().topic()));
    out.println("Kafka     " + pipeline.kafka().bootstrapServers());
    out.println("Web page  " + flink.webPage());
    out.println(Style.DIM.out("Ctrl-C ends it."));
    out.flush();
    Long duplicates =
        job.getJobExecutionResult().get().getAccumulatorResult(DropDuplicatesFunction.DUPLICATES);
    Duration taken = Duration.between(begun, Instant.now());
    out.println("Done in %.1f s".formatted(taken.toMillis() / 1e3));
    if (duplicates != null) {
      out.println("%d duplicates dropped".formatted(duplicates));
    }
    out.flush();
    return 0;
  }

  private Configuration settings() {
    Configuration config = Configuration.fromMap(settings);
    savepoint.ifPresent(path -> config.set(StateRecoveryOptions.SAVEPOINT_PATH, path));
    return config;
  }
}
