package io.flanstream.integration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flanstream.jobs.broker.EmbeddedKafka;
import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.pipeline.PipelineFile;
import io.flanstream.model.checkpoint.Checkpoint;
import io.openlineage.flink.listener.OpenLineageJobStatusChangedListenerFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.StreamSupport;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.DeploymentOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What OpenLineage's listener to Flink jobs writes of a pipeline. */
@Timeout(120)
class LineageITCase {
  private static final Path CHECKPOINT =
      TestingLauncher.ROOT.resolve("model-operator/runtime/src/test/resources/golden/ul2");

  @TempDir private Path directory;

  @Test
  void openLineageNamesTheTopicsWithSchemasModelAndTasks() throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start()) {
      kafka.createTopics(1, "calls", "mails", "answers", "refunds", "rejected");
      new TestingTopics(kafka)
          .write(
              List.of(
                  new ProducerRecord<>(
                      "calls", "{\"id\":\"a\",\"text\":\"lost\"}".getBytes(UTF_8))));
      Path events = directory.resolve("lineage.jsonl");
      Pipeline pipeline = pipeline(kafka).bounded();
      Configuration flink =
          new Configuration()
              .set(RestartStrategyOptions.RESTART_STRATEGY, "none")
              .set(
                  DeploymentOptions.JOB_STATUS_CHANGED_LISTENERS,
                  List.of(OpenLineageJobStatusChangedListenerFactory.class.getName()));
      flink.setString("openlineage.transport.type", "file");
      flink.setString("openlineage.transport.location", events.toString());

      TestingJobs.submit(
              pipeline,
              new TestingModelProvider("lineage", TestingMessages.MAX_INPUT_TOKENS),
              flink)
          .getJobExecutionResult()
          .get();

      JsonNode event = new ObjectMapper().readTree(Files.readAllLines(events).get(0));
      Map<String, JsonNode> inputs = byName(event.path("inputs"));
      Map<String, JsonNode> outputs = byName(event.path("outputs"));
      assertThat(inputs).containsOnlyKeys("calls", "mails");
      assertThat(outputs).containsOnlyKeys("answers", "refunds", "rejected");
      assertThat(inputs.get("calls").path("namespace").asText())
          .isEqualTo("kafka://" + kafka.bootstrapServers());
      assertThat(fields(inputs.get("mails"))).containsExactly("/body/text", "id", "eventTime");
      assertThat(fields(outputs.get("refunds"))).contains("id", "classifications", "model");
      assertThat(fields(outputs.get("rejected"))).contains("stage", "code", "payload");
      JsonNode about = outputs.get("answers").path("facets").path("flanstream");
      assertThat(about.path("pipeline").asText()).isEqualTo("lineage");
      assertThat(about.path("tasks").asText()).isEqualTo("intent");
      assertThat(about.path("taskSetVersion").asText()).isEqualTo(pipeline.tasks().version());
      assertThat(about.path("weightsHash").asText())
          .isEqualTo(Checkpoint.open(CHECKPOINT).weightsHash());
    }
  }

  private static Map<String, JsonNode> byName(JsonNode datasets) {
    Map<String, JsonNode> byName = new TreeMap<>();
    datasets.forEach(dataset -> byName.put(dataset.path("name").asText(), dataset));
    return byName;
  }

  private static List<String> fields(JsonNode dataset) {
    JsonNode fields = dataset.path("facets").path("schema").path("fields");
    return StreamSupport.stream(fields.spliterator(), false)
        .map(field -> field.path("name").asText())
        .toList();
  }

  private Pipeline pipeline(EmbeddedKafka kafka) {
    return PipelineFile.parse(
        """
        name: lineage
        kafka: { bootstrap-servers: "%s" }
        source: { topics: [calls, mails], text: /body/text, from: earliest }
        model: { path: "%s" }
        tasks: [ { name: intent, type: classification, labels: [ask, refund] } ]
        sink: { topic: answers, routes: [ { when: "intent = 'refund'", topic: refunds } ] }
        dead-letters: { topic: rejected }
        job: { checkpoint-interval: 200ms, checkpoint-directory: "%s", model-linger: 0s }
        """
            .formatted(kafka.bootstrapServers(), CHECKPOINT, directory.toUri()),
        "pipeline.yaml",
        directory);
  }
}
