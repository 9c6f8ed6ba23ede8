package io.flanstream.integration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flanstream.jobs.broker.EmbeddedKafka;
import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.pipeline.PipelineFile;
import io.flanstream.jobs.topology.EnrichmentJob;
import io.flanstream.model.TextModel;
import io.flanstream.model.TextModels;
import io.flanstream.model.flink.EventEnricher;
import io.flanstream.model.flink.ModelOptions;
import io.flanstream.schemas.DeadLetter;
import io.flanstream.schemas.EnrichedEvent;
import io.flanstream.schemas.Source;
import io.flanstream.schemas.TextEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The demo's messages through the demo's pipeline, on a real broker with the shipped checkpoint.
 */
@Timeout(600)
class DemoMessagesITCase {
  private static final Path DEMO = Path.of(System.getProperty("flanstream.root"), "deploy", "demo");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int PARTITIONS = 2;

  @TempDir Path checkpoints;

  @Test
  void everyMessageEndsAsWrittenBesideIt() throws Exception {
    List<String> messages = Files.readAllLines(DEMO.resolve("messages.jsonl"));
    List<JsonNode> expected = new ArrayList<>();
    for (String line : Files.readAllLines(DEMO.resolve("expected.jsonl"))) {
      expected.add(JSON.readTree(line));
    }
    Map<String, String> expectedFates = new TreeMap<>();
    Map<String, String> fates = new TreeMap<>();
    List<EnrichedEvent> enriched = new ArrayList<>();

    try (EmbeddedKafka kafka = EmbeddedKafka.start()) {
      Pipeline pipeline = pipeline(kafka);
      TestingTopics topics = new TestingTopics(kafka);
      topics.create(
          PARTITIONS,
          pipeline.source().topic(),
          pipeline.sink().topic(),
          pipeline.deadLetters().topic());
      topics.write(records(messages, pipeline.source().topic()));

      run(pipeline.bounded());

      for (int line = 0; line < messages.size(); line++) {
        expectedFates.put(name(line), expected.get(line).get("code").asText("ENRICHED"));
      }
      for (ConsumerRecord<byte[], byte[]> record : topics.read(pipeline.sink().topic())) {
        enriched.add(TestingTopics.decoded(record.value(), new EnrichedEvent()));
        assertThat(fates.put(new String(record.key(), UTF_8), "ENRICHED")).isNull();
      }
      for (ConsumerRecord<byte[], byte[]> record : topics.read(pipeline.deadLetters().topic())) {
        DeadLetter letter = TestingTopics.decoded(record.value(), new DeadLetter());
        assertThat(fates.put(new String(record.key(), UTF_8), letter.getCode())).isNull();
      }
      assertThat(fates).isEqualTo(expectedFates);
      assertSameAsAlone(enriched, pipeline);
    }
  }

  /** What the job said of a text in a batch is what the model says of it alone. */
  private static void assertSameAsAlone(List<EnrichedEvent> enriched, Pipeline pipeline) {
    try (TextModel model = TextModels.open(ModelOptions.read(pipeline.model()))) {
      EventEnricher enricher =
          new EventEnricher(model, pipeline.tasks(), pipeline.overlong(), true);
      for (EnrichedEvent event : enriched.subList(0, 40)) {
        EnrichedEvent alone =
            enricher
                .enrich(
                    new TextEvent(
                        event.getId(),
                        event.getText(),
                        Instant.EPOCH,
                        new Source("", 0, 0L),
                        Map.of()))
                .join();
        assertThat(labels(event)).as(event.getText()).isEqualTo(labels(alone));
        assertThat(spans(event)).as(event.getText()).isEqualTo(spans(alone));
        assertThat(event.getClassifications().get(0).getScore())
            .isCloseTo(alone.getClassifications().get(0).getScore(), within(1e-4));
      }
    }
  }

  private static List<String> labels(EnrichedEvent event) {
    return event.getClassifications().stream()
        .map(found -> found.getTask() + '=' + found.getLabel())
        .toList();
  }

  private static List<String> spans(EnrichedEvent event) {
    return event.getExtractions().stream()
        .flatMap(extraction -> extraction.getFields().stream())
        .map(
            field ->
                "%s=%s %s-%s"
                    .formatted(field.getName(), field.getValue(), field.getStart(), field.getEnd()))
        .toList();
  }

  private static Pipeline pipeline(EmbeddedKafka kafka) throws IOException {
    String yaml = Files.readString(DEMO.resolve("pipeline.yaml"));
    assertThat(yaml).contains("localhost:9092");
    return PipelineFile.parse(
        yaml.replace("localhost:9092", kafka.bootstrapServers()), "pipeline.yaml", DEMO);
  }

  private static List<ProducerRecord<byte[], byte[]>> records(List<String> lines, String topic) {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (int line = 0; line < lines.size(); line++) {
      records.add(
          new ProducerRecord<>(topic, name(line).getBytes(UTF_8), lines.get(line).getBytes(UTF_8)));
    }
    return records;
  }

  private static String name(int line) {
    return "line-" + (line + 1);
  }

  private void run(Pipeline pipeline) throws Exception {
    Configuration config = new Configuration();
    config.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
    config.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, checkpoints.toUri().toString());
    StreamExecutionEnvironment env = StreamExecutionEnvironment.createLocalEnvironment(1, config);
    EnrichmentJob.add(env, pipeline);
    env.execute(pipeline.name());
  }
}
