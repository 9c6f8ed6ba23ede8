package io.flanstream.integration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.jobs.kafka.CommittedOffsets;
import io.flanstream.jobs.local.TestingServers;
import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.pipeline.PipelineFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.flink.core.execution.JobClient;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A pipeline that reads several topics, by name or by pattern. */
@Timeout(300)
class SourceTopicsITCase {
  @RegisterExtension private static final TestingServers SERVERS = new TestingServers();
  private static TestingTopics topics;

  @TempDir Path checkpoints;

  @BeforeAll
  static void startKafka() throws IOException {
    topics = new TestingTopics(SERVERS.kafka());
  }

  /** Ends, offsets and a savepoint are by topic; a topic comes to the list, and one goes. */
  @Test
  void areReadOnceEachAndComeAndGo() throws Exception {
    topics.create(2, "listed-a", "listed-b", "listed-c", "listed-out", "listed-dead");
    TestingModelProvider model =
        new TestingModelProvider("listed", TestingMessages.MAX_INPUT_TOKENS);
    write("listed-a", 1, 40);
    write("listed-b", 1, 60);
    Pipeline two = pipeline("listed", "topics: [listed-a, listed-b]");

    TestingJobs.submitWithoutRestarts(two.bounded(), model).getJobExecutionResult().get();

    assertThat(topics.keys("listed-out"))
        .containsExactlyInAnyOrderElementsOf(ids("listed-a", 1, 40, "listed-b", 1, 60));
    assertThat(CommittedOffsets.committed(two))
        .isEqualTo(
            Map.of("listed-a:0", 20L, "listed-a:1", 20L, "listed-b:0", 30L, "listed-b:1", 30L));

    JobClient job = TestingJobs.submitWithoutRestarts(two, model);
    write("listed-a", 41, 50);
    topics.readUntil("listed-out", 110);
    String savepoint = TestingJobs.stop(job, checkpoints);
    write("listed-a", 51, 60);
    write("listed-b", 61, 70);
    write("listed-c", 1, 10);
    Pipeline other = pipeline("listed", "topics: [listed-b, listed-c]");
    JobClient resumed = TestingJobs.resume(other, model, savepoint);
    try {
      topics.readUntil("listed-out", 130);
      topics.awaitCommitted(other.kafka().groupId(), "listed-c");
    } finally {
      resumed.cancel().get();
    }
    assertThat(topics.keys("listed-out"))
        .containsExactlyInAnyOrderElementsOf(
            ids("listed-a", 1, 50, "listed-b", 1, 70, "listed-c", 1, 10));
  }

  @Test
  void thatAppearWhileAPatternIsReadAreReadFromTheirFirstRecord() throws Exception {
    topics.create(1, "like-1", "unlike", "like-out", "like-dead");
    TestingModelProvider model = new TestingModelProvider("like", TestingMessages.MAX_INPUT_TOKENS);
    write("like-1", 1, 5);
    write("unlike", 1, 5);
    Pipeline pipeline =
        pipeline("like", "topic-pattern: 'like-\\d+', partition-discovery-interval: 200ms");
    JobClient job = TestingJobs.submitWithoutRestarts(pipeline, model);
    try {
      topics.readUntil("like-out", 5);
      topics.create(1, "like-2");
      write("like-2", 1, 7);
      topics.readUntil("like-out", 12);
      topics.awaitCommitted(pipeline.kafka().groupId(), "like-2");
    } finally {
      job.cancel().get();
    }
    assertThat(topics.keys("like-out"))
        .containsExactlyInAnyOrderElementsOf(ids("like-1", 1, 5, "like-2", 1, 7));
  }

  private static void write(String topic, int first, int last)
      throws ExecutionException, InterruptedException {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (int i = first; i <= last; i++) {
      records.add(
          new ProducerRecord<>(
              topic,
              topic.startsWith("listed") ? i % 2 : 0,
              (topic + i).getBytes(UTF_8),
              "{\"text\": \"where is my card\"}".getBytes(UTF_8)));
    }
    topics.write(records);
  }

  /** Of topics, each with its first and last number. */
  private static List<String> ids(Object... of) {
    List<String> ids = new ArrayList<>();
    for (int at = 0; at < of.length; at += 3) {
      for (int i = (int) of[at + 1]; i <= (int) of[at + 2]; i++) {
        ids.add(of[at].toString() + i);
      }
    }
    return ids;
  }

  private Pipeline pipeline(String name, String source) {
    return PipelineFile.parse(
        String.format(
            Locale.ROOT,
            """
            name: %1$s
            kafka: { bootstrap-servers: "%2$s" }
            source: { %3$s }
            model: { path: nowhere }
            tasks: [ { name: intent, type: classification, labels: [ask, order, complain] } ]
            sink: { topic: %1$s-out, format: avro }
            dead-letters: { topic: %1$s-dead, format: avro }
            job: { checkpoint-interval: 100ms, checkpoint-directory: "%4$s", parallelism: 2, model-linger: 0s }
            """,
            name,
            SERVERS.kafka().bootstrapServers(),
            source,
            checkpoints.toUri()),
        name,
        checkpoints);
  }
}
