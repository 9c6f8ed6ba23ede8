package io.flanstream.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flanstream.jobs.broker.EmbeddedKafka;
import io.flanstream.schemas.Classification;
import io.flanstream.schemas.EnrichedEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The shipped script beside the job, on a cluster of real processes, with the shipped model. */
@Timeout(600)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SqlClusterITCase {
  private static final Path SCRIPT = TestingLauncher.ROOT.resolve("deploy/sql/label.sql");
  private static final Path DEMO = TestingLauncher.ROOT.resolve("deploy/demo");
  private static final int ENRICHED = 358;
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @TempDir static Path directory;

  private static EmbeddedKafka kafka;
  private static TestingTopics topics;
  private static TestingCluster cluster;
  private static String pipeline;

  @BeforeAll
  static void runTheJob() throws IOException, InterruptedException, ExecutionException {
    kafka = EmbeddedKafka.start();
    topics = new TestingTopics(kafka);
    topics.create(
        2, "messages", "enriched", "dead-letters", "labelled", "unlabelled", "first", "second");
    topics.write(
        Files.readAllLines(DEMO.resolve("messages.jsonl")).stream()
            .map(SqlClusterITCase::message)
            .toList());
    pipeline =
        Files.writeString(
                directory.resolve("demo.yaml"),
                Files.readString(DEMO.resolve("pipeline.yaml"))
                    .replace("localhost:9092", kafka.bootstrapServers())
                    .replace("../models", TestingLauncher.ROOT.resolve("deploy/models").toString()))
            .toString();
    cluster = new TestingCluster(directory, "--slots", "4");
    cluster.run(0, "run", pipeline);
  }

  @AfterAll
  static void stop() throws IOException {
    if (cluster != null) {
      cluster.close();
    }
    kafka.close();
  }

  @Test
  @Order(1)
  void theScriptGivesEveryRecordTheLabelThatTheJobGivesIt()
      throws IOException, InterruptedException {
    String said =
        cluster.run(0, "sql", "--pipeline", pipeline, "-f", SCRIPT.toString(), "--format", "json");

    Map<String, JsonNode> labelled = new TreeMap<>();
    for (JsonNode row : json("labelled")) {
      assertThat(labelled.put(row.get("id").textValue(), row)).isNull();
    }
    Map<String, Classification> enriched = enriched();
    enriched.forEach(
        (id, expected) -> {
          JsonNode row = labelled.get(id);
          assertThat(row.get("label").textValue()).as(id).isEqualTo(expected.getLabel());
          assertThat(row.get("score").doubleValue())
              .as(id)
              .isCloseTo(expected.getScore(), within(1e-4));
        });
    assertThat(json("unlabelled"))
        .singleElement()
        .satisfies(row -> assertThat(row.get("error_code").asText()).isEqualTo("TOO_MANY_TOKENS"));

    Map<String, Long> counts =
        labelled.values().stream()
            .collect(
                Collectors.groupingBy(row -> row.get("label").asText(), Collectors.counting()));
    assertThat(
            said.lines()
                .filter(line -> line.contains("mean_score"))
                .map(SqlClusterITCase::parsed)
                .collect(
                    Collectors.toMap(
                        row -> row.get("label").asText(), row -> row.get("messages").longValue())))
        .isEqualTo(counts);
  }

  /** Two streaming queries that do not end, beside the job. */
  @Test
  @Order(2)
  void twoQueriesAndTheJobShareOneCopyOfTheWeights() throws IOException, InterruptedException {
    cluster.run(
        0,
        "sql",
        "--pipeline",
        pipeline,
        "--streaming",
        "-e",
        """
        SET 'table.dml-sync' = 'false';
        CREATE MODEL intent INPUT (`text` STRING) OUTPUT (label STRING, error_code STRING)
        WITH ('provider' = 'flan-ul2', 'task' = 'classification', 'labels' = 'refund, card',
          'error-mode' = 'null');
        CREATE TABLE messages (id STRING, `text` STRING)
        WITH ('topic' = 'messages', 'format' = 'json', 'json.ignore-parse-errors' = 'true')
        LIKE connection;
        CREATE TABLE f (id STRING, label STRING) WITH ('topic' = 'first', 'format' = 'json')
        LIKE connection;
        CREATE TABLE s (id STRING, label STRING) WITH ('topic' = 'second', 'format' = 'json')
        LIKE connection;
        SET 'pipeline.name' = 'first-query';
        INSERT INTO f SELECT id, label
        FROM ML_PREDICT(TABLE messages, MODEL intent, DESCRIPTOR(`text`));
        SET 'pipeline.name' = 'second-query';
        INSERT INTO s SELECT id, label
        FROM ML_PREDICT(TABLE messages, MODEL intent, DESCRIPTOR(`text`));
        """);
    topics.readUntil("first", ENRICHED);
    topics.readUntil("second", ENRICHED);

    assertThat(cluster.run(0, "jobs", "list").lines())
        .hasSize(3)
        .allMatch(line -> line.contains("RUNNING"))
        .anyMatch(line -> line.endsWith(" demo"))
        .anyMatch(line -> line.endsWith(" first-query"))
        .anyMatch(line -> line.endsWith(" second-query"));
    assertThat(cluster.logged("taskmanager-1", "Opened model"))
        .singleElement()
        .asString()
        .contains("load 1 of this process");
  }

  private static Map<String, Classification> enriched() {
    Map<String, Classification> enriched = new TreeMap<>();
    topics
        .readUntil("enriched", ENRICHED)
        .forEach(
            record -> {
              EnrichedEvent event = TestingTopics.decoded(record.value(), new EnrichedEvent());
              enriched.put(event.getId(), event.getClassifications().get(0));
            });
    assertThat(enriched).hasSize(ENRICHED);
    return enriched;
  }

  private static List<JsonNode> json(String topic) {
    return topics.read(topic).stream()
        .map(record -> parsed(new String(record.value(), StandardCharsets.UTF_8)))
        .toList();
  }

  private static ProducerRecord<byte[], byte[]> message(String line) {
    return new ProducerRecord<>("messages", line.getBytes(StandardCharsets.UTF_8));
  }

  private static JsonNode parsed(String line) {
    try {
      return MAPPER.readTree(line);
    } catch (IOException e) {
      throw new IllegalStateException(line, e);
    }
  }
}
