package io.flanstream.integration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flanstream.jobs.broker.EmbeddedKafka;
import io.flanstream.jobs.cluster.PipelineMain;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The entry class of deployments, in the environment that Flink gives where there is no cluster.
 */
@Timeout(600)
class PipelineMainITCase {
  @TempDir Path directory;

  @Test
  void runsThePipelineOfItsFile() throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start()) {
      TestingTopics topics = new TestingTopics(kafka);
      topics.create(1, "messages");
      topics.write(
          List.of(
              new ProducerRecord<>(
                  "messages", "{\"id\": \"a\", \"text\": \"card lost\"}".getBytes(UTF_8))));
      Path file =
          Files.writeString(
              directory.resolve("pipeline.yaml"),
              """
              name: deployed
              kafka: { bootstrap-servers: "%s" }
              source: { topic: messages, from: "0:0", to: "0:1" }
              model: { path: "%s" }
              tasks: [ { name: intent, type: classification, labels: [refund, card] } ]
              sink: { topic: enriched }
              dead-letters: { topic: dead-letters }
              job: { checkpoint-interval: 500 ms }
              """
                  .formatted(
                      kafka.bootstrapServers(),
                      Path.of(
                          System.getProperty("flanstream.root"),
                          "model-operator/runtime/src/test/resources/golden/ul2")));

      assertThatThrownBy(() -> PipelineMain.main(new String[] {file.toString()}))
          .hasMessage(
              "Cannot run pipeline: Kafka at %s has no topic enriched, dead-letters;"
                  + " --create-topics creates it",
              kafka.bootstrapServers());

      PipelineMain.main(new String[] {file.toString(), "--create-topics"});

      assertThat(topics.readUntil("enriched", 1)).hasSize(1);
    }
  }

  @Test
  void wantsOneFile() {
    assertThatThrownBy(() -> PipelineMain.main(new String[] {"--create"}))
        .hasMessage(
            "Cannot run pipeline: the arguments must be its file and perhaps --create-topics,"
                + " got --create");
  }
}
