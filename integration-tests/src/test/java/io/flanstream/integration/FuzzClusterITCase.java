package io.flanstream.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.schemas.EnrichedEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@link FuzzITCase} with the broker, the JobManager and the TaskManager in processes of their own,
 * and a model checkpoint.
 */
@Timeout(value = 2, unit = TimeUnit.HOURS)
@EnabledIfSystemProperty(
    named = "flanstream.fuzz.cluster",
    matches = "\\d+",
    disabledReason = "FuzzITCase holds the same: -Dflanstream.fuzz.cluster=10000 for separate JVMs")
class FuzzClusterITCase {
  private static final long SEED = 20260103;
  private static final int PAYLOADS = Integer.getInteger("flanstream.fuzz.cluster", 0);
  private static final int PARTITIONS = 3;
  private static final Path MODEL =
      TestingLauncher.ROOT.resolve("model-operator/runtime/src/test/resources/golden/ul2");

  @TempDir private Path directory;
  private TestingBroker broker;
  private TestingCluster cluster;

  @BeforeEach
  void start() throws ExecutionException, IOException, InterruptedException {
    broker = new TestingBroker(directory);
    cluster = new TestingCluster(directory, "--slots", "2");
  }

  @AfterEach
  void stop() throws IOException {
    cluster.close();
    broker.close();
  }

  @Test
  void accountsForEveryRecordWithoutARestart()
      throws ExecutionException, IOException, InterruptedException {
    Path schema = directory.resolve("message.avsc");
    Files.writeString(schema, TestingAvroFuzz.SCHEMA.toString());
    accountsForEveryRecord(new TestingJsonFuzz(SEED), "json", "format: json");
    accountsForEveryRecord(new TestingTextFuzz(SEED), "text", "format: text");
    accountsForEveryRecord(
        new TestingCloudEventsFuzz(SEED), "events", TestingCloudEventsFuzz.SOURCE);
    accountsForEveryRecord(
        new TestingAvroFuzz(SEED), "avro", "format: avro, schema: %s".formatted(schema));
  }

  private void accountsForEveryRecord(TestingFuzz fuzz, String name, String source)
      throws ExecutionException, IOException, InterruptedException {
    TestingTopics topics = new TestingTopics(broker.bootstrapServers());
    topics.create(PARTITIONS, name + "-in", name + "-out", name + "-dead");
    TestingFuzzedRecords records =
        new TestingFuzzedRecords(fuzz, name + "-in", PARTITIONS, PAYLOADS);
    topics.write(records.all());
    Path pipeline = pipeline(name, source);

    cluster.run(0, "run", pipeline.toString());
    while (topics.read(name + "-out").size() + topics.read(name + "-dead").size()
        < records.all().size()) {
      assertThat(cluster.metrics().restarts()).as("restarts").isZero();
      TimeUnit.MILLISECONDS.sleep(200);
    }
    cluster.run(0, "jobs", "cancel", "fuzz-" + name);

    try (TestingOffline offline = new TestingOffline(pipeline)) {
      Map<String, TestingOffline.Answer> answers =
          offline.answers(
              topics.read(name + "-out").stream().map(FuzzClusterITCase::text).toList());
      records.assertAccounted(
          topics,
          name + "-out",
          name + "-dead",
          event ->
              assertThat(TestingOffline.Answer.of(event)).isEqualTo(answers.get(event.getText())));
    }
  }

  private static String text(ConsumerRecord<byte[], byte[]> record) {
    return TestingTopics.decoded(record.value(), new EnrichedEvent()).getText();
  }

  private Path pipeline(String name, String source) throws IOException {
    String yaml =
        """
        name: fuzz-%1$s
        kafka: { bootstrap-servers: "%2$s" }
        source: { topic: %1$s-in, from: earliest, %3$s }
        model: { path: "%4$s", threads: 1 }
        tasks:
          - { name: intent, type: classification, labels: [ask, order, complain] }
          - { name: where, type: extraction, fields: [city, street] }
        sink: { topic: %1$s-out }
        dead-letters: { topic: %1$s-dead }
        job: { parallelism: 2 }
        """
            .formatted(
                name,
                broker.bootstrapServers(),
                name.equals("text") ? source : source + ", attributes: [channel]",
                MODEL);
    return Files.writeString(directory.resolve(name + ".yaml"), yaml);
  }
}
