package io.flanstream.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.jobs.local.TestingServers;
import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.pipeline.PipelineFile;
import io.flanstream.model.flink.EventEnricher;
import io.flanstream.schemas.EnrichedEvent;
import io.flanstream.schemas.TextEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Payloads that nobody should send, each between good ones, through the whole job; any restart
 * fails it.
 *
 * <p>{@code -Dflanstream.fuzz=10000} makes so many of each form.
 */
@Timeout(value = 2, unit = TimeUnit.HOURS)
class FuzzITCase {
  private static final long SEED = 20260102;
  private static final int PAYLOADS = Integer.getInteger("flanstream.fuzz", 120);
  private static final int PARTITIONS = 3;

  @RegisterExtension private static final TestingServers SERVERS = new TestingServers();

  @TempDir private Path directory;

  @BeforeAll
  static void startKafka() throws IOException {}

  @Test
  void json() throws Exception {
    accountsForEveryRecord(new TestingJsonFuzz(SEED), "json", "format: json");
  }

  @Test
  void text() throws Exception {
    accountsForEveryRecord(new TestingTextFuzz(SEED), "text", "format: text");
  }

  @Test
  void cloudEvents() throws Exception {
    accountsForEveryRecord(
        new TestingCloudEventsFuzz(SEED), "events", TestingCloudEventsFuzz.SOURCE);
  }

  @Test
  void avro() throws Exception {
    Path schema = directory.resolve("message.avsc");
    Files.writeString(schema, TestingAvroFuzz.SCHEMA.toString());
    accountsForEveryRecord(
        new TestingAvroFuzz(SEED), "avro", "format: avro, schema: %s".formatted(schema));
  }

  private void accountsForEveryRecord(TestingFuzz fuzz, String name, String source)
      throws Exception {
    TestingTopics topics = new TestingTopics(SERVERS.kafka());
    topics.create(PARTITIONS, name + "-in", name + "-out", name + "-dead");
    TestingFuzzedRecords records =
        new TestingFuzzedRecords(fuzz, name + "-in", PARTITIONS, PAYLOADS);
    topics.write(records.all());
    Pipeline pipeline = pipeline(name, source);

    run(pipeline.bounded());

    try (TestingDelayedModel model = new TestingDelayedModel(TestingMessages.MAX_INPUT_TOKENS)) {
      EventEnricher offline =
          new EventEnricher(
              model, pipeline.tasks(), pipeline.overlong(), pipeline.sink().keepText());
      records.assertAccounted(
          topics,
          name + "-out",
          name + "-dead",
          event -> assertThat(event).isEqualTo(offline.enrich(asked(event)).join()));
    }
  }

  private static TextEvent asked(EnrichedEvent event) {
    return new TextEvent(
        event.getId(),
        event.getText(),
        event.getEventTime(),
        event.getSource(),
        event.getAttributes());
  }

  private static void run(Pipeline pipeline) throws Exception {
    var model = new TestingModelProvider(pipeline.name(), TestingMessages.MAX_INPUT_TOKENS);
    var unusedResult =
        TestingJobs.submitWithoutRestarts(pipeline, model).getJobExecutionResult().get();
  }

  private Pipeline pipeline(String name, String source) {
    String yaml =
        """
        name: fuzz-%1$s
        kafka: { bootstrap-servers: "%2$s" }
        source: { topic: %1$s-in, %3$s }
        model: { path: nowhere }
        tasks:
          - { name: intent, type: classification, labels: [ask, order, complain] }
          - { name: where, type: extraction, fields: [city, street] }
        sink: { topic: %1$s-out }
        dead-letters: { topic: %1$s-dead }
        job: { parallelism: 2, checkpoint-directory: "%4$s", model-linger: 0s }
        """
            .formatted(
                name,
                SERVERS.kafka().bootstrapServers(),
                name.equals("text") ? source : source + ", attributes: [channel]",
                directory.toUri());
    return PipelineFile.parse(yaml, name, directory);
  }
}
