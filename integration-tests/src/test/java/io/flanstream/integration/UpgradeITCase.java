package io.flanstream.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.jobs.broker.EmbeddedKafka;
import io.flanstream.schemas.Classification;
import io.flanstream.schemas.EnrichedEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A pipeline gets other tasks while records flow: it stops with a savepoint and goes on from it.
 */
@Timeout(600)
class UpgradeITCase {
  private static final int SOME = 200;
  private static final String MORE_TASKS =
      """
      tasks:
        - { name: intent, type: classification, labels: [refund, card, cancel] }
        - { name: mood, type: classification, labels: [calm, angry] }
      """;

  @TempDir private Path directory;

  @Test
  void losesAndDoublesNothing() throws IOException, InterruptedException, TimeoutException {
    try (EmbeddedKafka kafka = EmbeddedKafka.start();
        TestingCluster cluster = new TestingCluster(directory, "--slots", "2")) {
      TestingTopics topics = new TestingTopics(kafka);
      topics.create(2, "in", "out", "dead");
      String pipeline = TestingPipelines.write(directory, kafka, "upgraded", "parallelism: 2");
      cluster.run(0, "run", pipeline);
      try (TestingFeed feed =
          new TestingFeed(kafka.bootstrapServers(), "in", 2, Integer.MAX_VALUE)) {
        topics.readUntil("out", SOME);
        String savepoint = cluster.run(0, "jobs", "stop", "upgraded", "--savepoint").strip();
        int before = topics.read("out").size();
        addTasks(Path.of(pipeline));
        cluster.run(0, "run", pipeline, "--from-savepoint", savepoint);
        topics.readUntil("out", before + SOME);
        feed.end();
        List<ConsumerRecord<byte[], byte[]>> out = topics.readUntil("out", feed.good().size());
        topics.readUntil("dead", feed.bad().size());

        assertThat(topics.keys("out")).containsExactlyInAnyOrderElementsOf(feed.good());
        assertThat(topics.keys("dead")).containsExactlyInAnyOrderElementsOf(feed.bad());
        assertThat(countsByTasks(out))
            .isEqualTo(
                Map.of(List.of("intent"), before, List.of("intent", "mood"), out.size() - before));
      }
    }
  }

  private static void addTasks(Path pipeline) throws IOException {
    String yaml = Files.readString(pipeline);
    String changed = yaml.replaceFirst("tasks: .*\n", MORE_TASKS);
    assertThat(changed).isNotEqualTo(yaml);
    Files.writeString(pipeline, changed);
  }

  /** How many records have which tasks; each task set has a version of its own. */
  private static Map<List<String>, Integer> countsByTasks(
      List<ConsumerRecord<byte[], byte[]>> records) {
    Map<List<String>, Integer> counts = new HashMap<>();
    Map<String, List<String>> byVersion = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> record : records) {
      EnrichedEvent event = TestingTopics.decoded(record.value(), new EnrichedEvent());
      List<String> tasks =
          event.getClassifications().stream().map(Classification::getTask).toList();
      counts.merge(tasks, 1, Integer::sum);
      assertThat(byVersion.computeIfAbsent(event.getModel().getTaskSetVersion(), any -> tasks))
          .isEqualTo(tasks);
    }
    return counts;
  }
}
