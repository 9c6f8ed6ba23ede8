package io.flanstream.integration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.jobs.local.TestingServers;
import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.pipeline.PipelineFile;
import io.flanstream.jobs.tasks.TasksTopic;
import io.flanstream.model.flink.ModelProvider;
import io.flanstream.model.flink.SharedModels;
import io.flanstream.model.task.ClassificationTask;
import io.flanstream.model.task.Label;
import io.flanstream.model.task.TaskSet;
import io.flanstream.schemas.EnrichedEvent;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.flink.core.execution.JobClient;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Tasks that change while the job runs, in a topic of a real broker. */
@Timeout(600)
class TasksTopicITCase {
  @RegisterExtension private static final TestingServers SERVERS = new TestingServers();

  private static final Map<String, String> LABEL_OF =
      Map.of(version("file"), "file", version("first"), "first", version("second"), "second");

  @TempDir private Path directory;
  private TestingTopics topics;
  private int written;

  @BeforeEach
  void startKafka() throws IOException, InterruptedException {
    topics = new TestingTopics(SERVERS.kafka());
    topics.create(2, "in", "out", "dead");
    topics.create(1, "control");
  }

  @AfterEach
  void stopKafka() throws ExecutionException, InterruptedException, IOException {
    SERVERS.clear();
    SharedModels.closeIdle();
  }

  @Test
  void everyResultIsOfTheTasksThatItNames() throws Exception {
    TasksTopic control = new TasksTopic(pipeline());
    assertThat(control.read()).isEqualTo(new TasksTopic.Contents(tasks("file"), 0));
    control.write(TestingPipelines.tasksNamed("first"));
    write(200);

    JobClient job = TestingJobs.submit(pipeline(), model());
    topics.readUntil("out", 200);
    assertThat(versions(0, 200)).as("read before the first event").containsOnly("first");

    control.write("[{\"name\": \"t\", \"type\": \"classification\", \"labels\": [\"one\"]}]");
    topics.write(List.of(new ProducerRecord<>("control", "other".getBytes(UTF_8), new byte[0])));
    write(200);
    topics.readUntil("out", 400);
    assertThat(versions(200, 400)).as("no set of tasks changes nothing").containsOnly("first");
    assertThat(control.read()).isEqualTo(new TasksTopic.Contents(tasks("first"), 1));

    control.write(TestingPipelines.tasksNamed("second"));
    int changed;
    do {
      changed = written;
      write(50);
      topics.readUntil("out", written);
    } while (!versions(changed, written).equals(List.of("second")));
    changed = written;
    write(200);
    topics.readUntil("out", written);
    assertThat(versions(changed, written)).as("once changed").containsOnly("second");

    JobClient restored = TestingJobs.resume(pipeline(), model(), TestingJobs.stop(job, directory));
    int before = written;
    write(200);
    topics.readUntil("out", written);
    assertThat(versions(before, written)).as("after a restart").containsOnly("second");
    restored.cancel().get();

    topics.write(List.of(new ProducerRecord<>("control", "follower".getBytes(UTF_8), null)));
    assertThat(control.read().tasks()).as("without a value").isEqualTo(tasks("file"));
    assertThat(topics.keys("out")).doesNotHaveDuplicates().hasSize(written);
    assertThat(topics.keys("dead")).isEmpty();
  }

  /** The tasks by which each of some records was answered; its label is one of theirs. */
  private List<String> versions(int from, int to) {
    Map<String, String> tasks =
        topics.read("out").stream()
            .map(TasksTopicITCase::event)
            .collect(Collectors.toMap(EnrichedEvent::getId, TasksTopicITCase::tasksOf));
    return IntStream.range(from, to).mapToObj(i -> tasks.get("m" + i)).distinct().toList();
  }

  private static String tasksOf(EnrichedEvent event) {
    String tasks = LABEL_OF.get(event.getModel().getTaskSetVersion());
    assertThat(event.getClassifications().get(0).getLabel()).startsWith(tasks);
    return tasks;
  }

  private static EnrichedEvent event(ConsumerRecord<byte[], byte[]> record) {
    return TestingTopics.decoded(record.value(), new EnrichedEvent());
  }

  private void write(int count) throws ExecutionException, InterruptedException {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String id = "m" + written++;
      String value = "{\"id\": \"%s\", \"text\": \"text of %s\"}".formatted(id, id);
      records.add(new ProducerRecord<>("in", id.getBytes(UTF_8), value.getBytes(UTF_8)));
    }
    topics.write(records);
  }

  private static ModelProvider model() {
    return new TestingModelProvider("tasks-topic", 1_000);
  }

  private Pipeline pipeline() {
    return PipelineFile.parse(
        """
        name: follower
        kafka: { bootstrap-servers: "%s" }
        source: { topic: in, from: earliest }
        model: { path: . }
        tasks: %s
        tasks-topic: control
        sink: { topic: out }
        dead-letters: { topic: dead }
        job: { parallelism: 2, checkpoint-interval: 200ms, checkpoint-directory: "%s" }
        """
            .formatted(
                SERVERS.kafka().bootstrapServers(),
                TestingPipelines.tasksNamed("file"),
                directory.toUri()),
        "follower.yaml",
        directory);
  }

  private static TaskSet tasks(String name) {
    return TaskSet.of(
        List.of(
            ClassificationTask.of("t", List.of(Label.of(name + "_one"), Label.of(name + "_two")))));
  }

  private static String version(String name) {
    return tasks(name).version();
  }
}
