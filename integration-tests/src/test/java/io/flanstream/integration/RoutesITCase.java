package io.flanstream.integration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flanstream.jobs.broker.EmbeddedKafka;
import io.flanstream.jobs.local.LocalCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Records of two topics go to three, as they came and with their answers, while a TaskManager is
 * killed.
 *
 * <p>{@code -Dflanstream.routes.kills=10 -Dflanstream.routes.records=10000} makes it long.
 */
@Timeout(value = 1, unit = TimeUnit.HOURS)
class RoutesITCase {
  private static final int KILLS = Integer.getInteger("flanstream.routes.kills", 1);
  private static final int RECORDS = Integer.getInteger("flanstream.routes.records", 600);
  private static final String[] OPTIONS = {"--slots", "2"};
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Each topic with the numbers of the messages that belong there. */
  private static final Map<String, IntPredicate> ROUTED =
      Map.of(
          "sevens", number -> number % 10 == 7,
          "twos", number -> number % 10 != 7 && number % 2 == 0,
          "out", number -> number % 10 != 7 && number % 2 == 1);

  @TempDir private Path directory;

  @Test
  void theUnionOfAllRoutesHasEachRecordOnce()
      throws IOException, InterruptedException, TimeoutException {
    try (EmbeddedKafka kafka = EmbeddedKafka.start();
        TestingCluster cluster = new TestingCluster(directory, OPTIONS)) {
      TestingTopics topics = new TestingTopics(kafka);
      topics.create(2, "in", "more", "out", "sevens", "twos", "dead");
      cluster.run(0, "run", pipeline(kafka).toString());
      try (TestingFeed feed = new TestingFeed(kafka.bootstrapServers(), "in", 2, RECORDS);
          TestingFeed more =
              new TestingFeed(
                  kafka.bootstrapServers(), "more", 2, RECORDS, RoutesITCase::withoutId)) {
        for (int kill = 0; kill < KILLS; kill++) {
          feed.awaitSent((kill + 1) * RECORDS / (KILLS + 1));
          topics.readUntil("out", 1 + kill * RECORDS / (KILLS + 1) / 4);
          cluster.kill(LocalCluster.taskManager(1));
          cluster.up(OPTIONS);
        }
        feed.awaitSent(RECORDS);
        more.awaitSent(RECORDS);
        for (Map.Entry<String, IntPredicate> route : ROUTED.entrySet()) {
          List<String> expected = new ArrayList<>();
          IntStream.range(0, RECORDS)
              .filter(route.getValue())
              .filter(number -> feed.good().contains(TestingFeed.id(number)))
              .mapToObj(TestingFeed::id)
              .forEach(expected::add);
          List<String> twice = new ArrayList<>(expected);
          twice.addAll(expected);

          topics.readUntil(route.getKey(), twice.size());
          assertThat(topics.keys(route.getKey())).containsExactlyInAnyOrderElementsOf(twice);
          for (ConsumerRecord<byte[], byte[]> record : topics.read(route.getKey())) {
            assertMerged(record);
          }
        }
        topics.readUntil("dead", 2 * feed.bad().size());
        assertThat(topics.keys("dead")).hasSize(2 * feed.bad().size());
      }
    }
  }

  /** What came stands first, its spaces and its number's zeros as they were. */
  private static void assertMerged(ConsumerRecord<byte[], byte[]> record) throws IOException {
    String value = new String(record.value(), UTF_8);
    String id = new String(record.key(), UTF_8);
    assertThat(value)
        .matches(
            "\\{(\"id\": \"%s\"|\"number\": \"%s\",  \"price\": 1\\.10), \"text\": \"card lost\",.*"
                .formatted(id, id));
    JsonNode answers = JSON.readTree(value).get("answers");
    assertThat(answers.get("id").asText()).isEqualTo(id);
    assertThat(answers.get("intent").asText()).isIn("refund", "card");
    assertThat(record.headers().lastHeader("answer.intent").value())
        .asString(UTF_8)
        .isEqualTo(answers.get("intent").asText());
    assertThat(record.partition()).isEqualTo(TestingFeed.number(id) % 2);
  }

  private static byte[] withoutId(int number) {
    String message = new String(TestingFeed.messages(n -> "card lost").apply(number), UTF_8);
    return message
        .replace(
            "\"id\": \"" + TestingFeed.id(number) + "\"",
            "\"number\": \"%s\",  \"price\": 1.10".formatted(TestingFeed.id(number)))
        .getBytes(UTF_8);
  }

  private Path pipeline(EmbeddedKafka kafka) throws IOException {
    return Files.writeString(
        directory.resolve("routes.yaml"),
        """
        name: routes
        kafka: { bootstrap-servers: "%s" }
        source: { topics: [in, more], id: "kafka:key", from: earliest }
        model: { path: "%s", threads: 1 }
        tasks: [ { name: intent, type: classification, labels: [refund, card] } ]
        sink:
          topic: out
          format: json
          shape: merged
          partition: source
          answer-headers: [intent]
          routes:
            - { when: "id LIKE '%%7'", topic: sevens }
            - { when: "MOD(CAST(SUBSTRING(id FROM 2) AS INT), 2) = 0 AND intent IS NOT NULL", topic: twos }
        dead-letters: { topic: dead }
        job: { checkpoint-interval: 1 s, parallelism: 2 }
        """
            .formatted(kafka.bootstrapServers(), TestingPipelines.CHECKPOINT));
  }
}
