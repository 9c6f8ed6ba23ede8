package io.flanstream.jobs.cli;

import io.flanstream.jobs.client.Installation;
import io.flanstream.jobs.demo.DemoFiles;
import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.pipeline.PipelineFile;
import io.flanstream.jobs.terminal.CommandException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which pipeline a command is about. */
final class PipelineArgument {
  /** Where a demo that is kept running leaves its pipeline. */
  static final String DEMO = "target/demo/pipeline.yaml";

  @Option(
      names = "--pipeline",
      paramLabel = "PIPELINE.yaml",
      description = "The pipeline's file; that of a running demo unless given.")
  private Optional<Path> file;

  /** The pipeline. */
  Pipeline read() {
    return PipelineFile.read(file.orElseGet(PipelineArgument::demo));
  }

  /** The pipeline; its Kafka has answered, and so has its registry. */
  Pipeline readReachable() {
    Pipeline read = read();
    reach(read);
    return read;
  }

  /** Asks a pipeline's Kafka, and its registry, whether they are there. */
  static void reach(Pipeline pipeline) {
    KafkaCheck.reach(pipeline.kafka());
    RegistryCheck.reach(pipeline);
  }

  private static Path demo() {
    Path demo = new DemoFiles(Installation.current()).running();
    if (!Files.exists(demo)) {
      throw CommandException.usage(
          "Cannot tell which pipeline: give --pipeline PIPELINE.yaml, or start flanstream demo --keep");
    }
    return demo;
  }
}
