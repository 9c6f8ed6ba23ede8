package io.flanstream.integration;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.flanstream.jobs.local.LocalCluster;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What an INSERT of SQL over the pipeline's Kafka gives where its job is ended and sent again. */
@Timeout(600)
class SqlInsertITCase {
  private static final int PARTITIONS = 2;
  private static final int MESSAGES = 400;
  private static final String JOB = "labels";
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private static final String STATEMENTS =
      """
      SET 'table.dml-sync' = 'false';
      SET 'execution.checkpointing.interval' = '500 ms';
      SET 'pipeline.name' = '%1$s';
      %2$s
      CREATE MODEL intent INPUT (`text` STRING) OUTPUT (label STRING)
      WITH ('provider' = 'flan-ul2', 'task' = 'classification', 'labels' = 'refund, card');
      CREATE TABLE messages (id STRING, `text` STRING)
      WITH ('topic' = 'in', 'scan.startup.mode' = 'earliest-offset', 'format' = 'json',
        'json.ignore-parse-errors' = 'true')
      LIKE connection;
      CREATE TABLE labels (id STRING, label STRING)
      WITH ('topic' = '%3$s', 'format' = 'json', %4$s)
      LIKE connection;
      INSERT INTO labels SELECT id, label
      FROM ML_PREDICT(TABLE messages, MODEL intent, DESCRIPTOR(`text`));
      """;

  private static final String EXACTLY_ONCE =
      "'sink.delivery-guarantee' = 'exactly-once', 'sink.transactional-id-prefix' = 'labels',"
          + " 'properties.transaction.timeout.ms' = '60000'";

  private static final String AT_LEAST_ONCE = "'sink.delivery-guarantee' = 'at-least-once'";

  @TempDir private Path directory;
  private TestingCluster cluster;
  private TestingTopics topics;
  private String pipeline;

  @Test
  void goesOnFromASavepointAsTheTableSays()
      throws ExecutionException, IOException, InterruptedException, TimeoutException {
    try (TestingBroker broker = new TestingBroker(directory);
        TestingCluster own = new TestingCluster(directory, "--slots", "2")) {
      cluster = own;
      topics = new TestingTopics(broker.bootstrapServers());
      topics.create(PARTITIONS, "in", "out", "dead", "once", "again");
      pipeline = TestingPipelines.write(directory, broker.bootstrapServers(), "sql", "");
      try (TestingFeed feed =
          new TestingFeed(broker.bootstrapServers(), "in", PARTITIONS, MESSAGES)) {
        insert("", "once", EXACTLY_ONCE);
        feed.awaitSent(MESSAGES / 4);
        topics.readUntil("once", 1);
        cluster.kill(LocalCluster.taskManager(1));
        cluster.up("--slots", "2");
        feed.awaitSent(MESSAGES / 2);
        String savepoint = stop(MESSAGES / 4);
        insert("SET 'execution.state-recovery.path' = '" + savepoint + "';", "once", EXACTLY_ONCE);
        feed.awaitSent(MESSAGES);
        topics.readUntil("once", feed.good().size());
        stop(feed.good().size());
        assertThat(ids("once")).containsExactlyInAnyOrderElementsOf(feed.good());

        // Without the savepoint it begins where the table says; every message is there, some twice.
        insert("", "again", AT_LEAST_ONCE);
        topics.readUntil("again", feed.good().size() / 2);
        cluster.run(0, "jobs", "stop", JOB);
        insert("", "again", AT_LEAST_ONCE);
        topics.readUntil("again", feed.good().size() + feed.good().size() / 2);
        cluster.run(0, "jobs", "stop", JOB);
        assertThat(new HashSet<>(ids("again"))).containsExactlyInAnyOrderElementsOf(feed.good());
      }
    }
  }

  private void insert(String setting, String topic, String guarantee)
      throws IOException, InterruptedException {
    cluster.run(
        0,
        "sql",
        "--pipeline",
        pipeline,
        "--streaming",
        "-e",
        STATEMENTS.formatted(JOB, setting, topic, guarantee));
  }

  /** Stops the job when so many of its results are committed; its savepoint. */
  private String stop(int results) throws IOException, InterruptedException {
    topics.readUntil("once", results);
    return cluster.run(0, "jobs", "stop", JOB).strip();
  }

  private List<String> ids(String topic) throws IOException {
    List<String> ids = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : topics.read(topic)) {
      ids.add(MAPPER.readTree(record.value()).get("id").textValue());
    }
    return ids;
  }
}
