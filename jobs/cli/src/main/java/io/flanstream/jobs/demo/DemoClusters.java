package io.flanstream.jobs.demo;

import io.flanstream.jobs.broker.EmbeddedKafka;
import io.flanstream.jobs.local.EmbeddedFlink;
import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.pipeline.PipelineFile;
import io.flanstream.jobs.terminal.Cleanup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.flink.configuration.Configuration;

/**
 * Kafka and Flink of a demo, until the command ends.
 *
 * @param kafka Kafka with the demo's topics
 * @param flink Flink
 * @param pipeline the demo's pipeline between that Kafka's topics
 */
public record DemoClusters(EmbeddedKafka kafka, EmbeddedFlink flink, Pipeline pipeline) {
  static final int PARTITIONS = 2;

  static DemoClusters start(int spareSlots, DemoFiles files)
      throws IOException, InterruptedException, ExecutionException {
    int slots = PipelineFile.read(files.pipeline()).job().parallelism() + spareSlots;
    CompletableFuture<EmbeddedFlink> flink = CompletableFuture.supplyAsync(() -> flink(slots));
    EmbeddedKafka kafka = Cleanup.register(EmbeddedKafka.start());
    Pipeline pipeline =
        Cleanup.register(DemoPipeline.write(files, kafka.bootstrapServers())).pipeline();
    kafka.createTopics(
        PARTITIONS,
        pipeline.source().topic(),
        pipeline.sink().topic(),
        pipeline.deadLetters().topic());
    return new DemoClusters(kafka, Cleanup.register(flink.get()), pipeline);
  }

  private static EmbeddedFlink flink(int slots) {
    try {
      return EmbeddedFlink.start(slots, new Configuration());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
