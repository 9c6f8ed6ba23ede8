package io.flanstream.integration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.jobs.broker.EmbeddedKafka;
import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.pipeline.PipelineFile;
import io.flanstream.jobs.topology.EnrichmentJob;
import io.flanstream.model.flink.SharedCaches;
import io.flanstream.model.flink.SharedModels;
import io.flanstream.schemas.EnrichedEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** No inference is paid twice: a text that comes again is answered from the cache. */
@Timeout(600)
class ResultCacheITCase {
  private static final String TASK_MANAGER = "taskmanager-1";
  private static final List<String> IDS = IntStream.range(0, 100).mapToObj(i -> "m" + i).toList();

  @TempDir private Path directory;

  /**
   * Nothing is checkpointed: when the TaskManager is killed, all is replayed. The process that
   * takes its place asks the model about nothing that is in the file.
   */
  @Test
  void aReplayAfterAKillIsAnsweredFromTheFile()
      throws ExecutionException, IOException, InterruptedException, TimeoutException {
    Path cache = directory.resolve("results");
    try (EmbeddedKafka kafka = EmbeddedKafka.start();
        TestingCluster cluster = new TestingCluster(directory, "--slots", "1")) {
      TestingTopics topics = topicsWithMessages(kafka);
      Path pipeline = pipeline(kafka, "kill", "directory: \"%s\"".formatted(cache));
      Files.writeString(
          pipeline, Files.readString(pipeline).replace("interval: 1 s", "interval: 3 min"));
      cluster.run(0, "run", pipeline.toString());
      awaitRows(cache, IDS.size());

      cluster.kill(TASK_MANAGER);
      cluster.up("--slots", "1");

      assertThat(cluster.metrics().awaitAtLeast("enrich.model.cacheHits", IDS.size()))
          .isEqualTo(IDS.size());
      assertThat(topics.keys("out")).isEmpty();
      cluster.run(0, "jobs", "stop", "kill");
      assertThat(topics.keys("out")).containsExactlyInAnyOrderElementsOf(IDS);
    }
  }

  @Test
  void whatIsInMemoryOutlivesTheJob() throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start()) {
      TestingTopics topics = topicsWithMessages(kafka);
      long before = TestingDelayedModel.asked();

      run(pipeline(kafka, "first", "memory: 16mb"));
      assertThat(TestingDelayedModel.asked() - before).isEqualTo(IDS.size());
      run(pipeline(kafka, "second", "memory: 16mb"));

      assertThat(TestingDelayedModel.asked() - before).as("inferences").isEqualTo(IDS.size());
      Map<String, List<EnrichedEvent>> results =
          topics.read("out").stream()
              .map(record -> TestingTopics.decoded(record.value(), new EnrichedEvent()))
              .collect(Collectors.groupingBy(EnrichedEvent::getId));
      assertThat(results).hasSize(IDS.size());
      assertThat(results.values())
          .allSatisfy(twice -> assertThat(twice).hasSize(2).containsOnly(twice.get(0)));
    } finally {
      SharedModels.closeIdle();
      SharedCaches.closeIdle();
    }
  }

  private static TestingTopics topicsWithMessages(EmbeddedKafka kafka)
      throws ExecutionException, InterruptedException {
    TestingTopics topics = new TestingTopics(kafka);
    topics.create(1, "in", "out", "dead");
    topics.write(
        IDS.stream()
            .map(
                id ->
                    new ProducerRecord<>(
                        "in",
                        id.getBytes(UTF_8),
                        "{\"id\": \"%s\", \"text\": \"card %s\"}"
                            .formatted(id, id)
                            .getBytes(UTF_8)))
            .toList());
    return topics;
  }

  private Path pipeline(EmbeddedKafka kafka, String name, String cache) throws IOException {
    return Path.of(
        TestingPipelines.write(directory, kafka, name, "result-cache: { %s }".formatted(cache)));
  }

  private static void run(Path file) throws Exception {
    Pipeline pipeline = PipelineFile.read(file).bounded();
    StreamExecutionEnvironment env = StreamExecutionEnvironment.createLocalEnvironment(1);
    EnrichmentJob.add(
        env, pipeline, new TestingModelProvider("cache", TestingMessages.MAX_INPUT_TOKENS));
    env.execute(pipeline.name());
  }

  private static void awaitRows(Path cache, int count) throws InterruptedException {
    while (rows(cache) < count) {
      TimeUnit.MILLISECONDS.sleep(200);
    }
  }

  /** How many results are in the file; none where it is not there yet. */
  private static int rows(Path cache) {
    Path file = cache.resolve("results.sqlite");
    if (!Files.exists(file)) {
      return 0;
    }
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement();
        ResultSet count = statement.executeQuery("SELECT COUNT(*) FROM results")) {
      return count.getInt(1);
    } catch (SQLException e) {
      return 0;
    }
  }
}
