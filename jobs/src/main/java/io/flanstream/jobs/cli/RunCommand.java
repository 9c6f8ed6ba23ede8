package io.flanstream.jobs.cli;

import io.flanstream.jobs.cluster.PipelineJob;
import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.pipeline.PipelineFile;
import io.flanstream.operators.dedup.DropDuplicatesFunction;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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
      names = "--create-topics",
      description = "Create what is missing of the two output topics.")
  private boolean createTopics;

  @Mixin private JobArguments arguments;

  @Override
  public Integer call() throws IOException, InterruptedException, ExecutionException {
    Pipeline read = PipelineFile.read(file);
    Pipeline pipeline = bounded ? read.bounded() : read;
    if (arguments.asksKafka()) {
      KafkaCheck.topics(pipeline, createTopics);
      KafkaCheck.transactions(pipeline);
      RegistryCheck.reach(pipeline);
    }
    return arguments.run(new Enriching(pipeline), pipeline);
  }

  /** The pipeline's own job. */
  private record Enriching(Pipeline pipeline) implements JobArguments.Job {
    @Override
    public String name() {
      return pipeline.name();
    }

    @Override
    public int parallelism() {
      return pipeline.job().parallelism();
    }

    @Override
    public String does() {
      return "%s -> %s, dead letters -> %s"
          .formatted(
              pipeline.source().topic(), pipeline.sink().topic(), pipeline.deadLetters().topic());
    }

    @Override
    public JobClient submit(Configuration client) throws IOException {
      return PipelineJob.submit(pipeline, client);
    }

    @Override
    public Optional<String> ended(JobExecutionResult result) {
      Long duplicates = result.getAccumulatorResult(DropDuplicatesFunction.DUPLICATES);
      return Optional.ofNullable(duplicates).map("%s duplicates dropped"::formatted);
    }
  }
}
