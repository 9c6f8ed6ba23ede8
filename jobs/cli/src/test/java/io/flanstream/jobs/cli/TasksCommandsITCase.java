package io.flanstream.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.jobs.broker.EmbeddedKafka;
import io.flanstream.jobs.pipeline.PipelineFile;
import io.flanstream.jobs.tasks.TasksTopic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code flanstream tasks} with a real Kafka. */
@Timeout(600)
class TasksCommandsITCase {
  private static final int KILLS = 6;

  @TempDir private Path directory;

  @Test
  void whatIsPublishedIsShown() throws IOException, InterruptedException, ExecutionException {
    Files.writeString(directory.resolve("priors.yaml"), "scale: 0.5\noffsets: { a: 1, b: 0 }\n");
    try (EmbeddedKafka kafka = EmbeddedKafka.start()) {
      Path first = pipeline(kafka, "first", "labels: [a, b]", "tasks-topic: control");
      Path second =
          pipeline(
              kafka, "second", "labels: [a, b], calibration: priors.yaml", "tasks-topic: control");
      TestingCommand missing = TestingCommand.run("", "tasks", "show", first.toString());
      assertThat(missing.exitCode()).isEqualTo(1);
      assertThat(missing.err())
          .contains("has no topic control; flanstream run --create-topics creates it");

      kafka.createTopics(1, "control");
      TestingCommand published = TestingCommand.run("", "tasks", "publish", second.toString());
      assertThat(published.err()).isEmpty();
      assertThat(published.out())
          .isEqualTo("Published tasks %s of test to topic control\n".formatted(version(second)));
      assertThat(TestingCommand.run("", "tasks", "publish", second.toString()).out())
          .as("published twice")
          .isEqualTo(published.out());
      assertThat(TestingCommand.run("", "tasks", "show", first.toString()).out())
          .isEqualTo("test asks tasks %s: intent\n".formatted(version(second)));
      assertThat(TestingCommand.run("", "tasks", "show", second.toString()).out())
          .endsWith("They are those of its file.\n");
    }
  }

  @Test
  void publishingThatIsKilledLeavesTheOldTasksOrTheNew()
      throws IOException, InterruptedException, ExecutionException {
    try (EmbeddedKafka kafka = EmbeddedKafka.start()) {
      List<Path> files =
          List.of(
              pipeline(kafka, "first", "labels: [a, b]", "tasks-topic: control"),
              pipeline(kafka, "second", "labels: [c, d]", "tasks-topic: control"));
      kafka.createTopics(1, "control");
      TasksTopic topic = new TasksTopic(PipelineFile.read(files.get(0)));
      TestingCommand.run("", "tasks", "publish", files.get(0).toString());
      Random random = new Random(17);
      for (int kill = 0; kill < KILLS; kill++) {
        String before = topic.read().tasks().version();
        Path file = files.get(random.nextInt(files.size()));
        Process publishing = TestingCommand.start(List.of(), "tasks", "publish", file.toString());
        boolean ended = publishing.waitFor(500 + random.nextInt(2000), TimeUnit.MILLISECONDS);
        publishing.destroyForcibly().waitFor();

        TasksTopic.Contents after = topic.read();
        assertThat(after.tasks().version()).isIn(ended ? "" : before, version(file));
        assertThat(after.refused()).isZero();
      }
      assertThat(TestingCommand.run("", "tasks", "publish", files.get(1).toString()).exitCode())
          .isZero();
      assertThat(topic.read().tasks().version()).isEqualTo(version(files.get(1)));
    }
  }

  @Test
  void aPipelineWithoutATopicHasNone()
      throws IOException, InterruptedException, ExecutionException {
    try (EmbeddedKafka kafka = EmbeddedKafka.start()) {
      Path pipeline = pipeline(kafka, "none", "labels: [a, b]", "");
      TestingCommand command = TestingCommand.run("", "tasks", "publish", pipeline.toString());
      assertThat(command.exitCode()).isEqualTo(1);
      assertThat(command.err())
          .isEqualTo(
              "flanstream: Cannot tell where the tasks of test go: tasks-topic must be set in %s\n"
                  .formatted(pipeline));
    }
  }

  private static String version(Path pipeline) {
    return PipelineFile.read(pipeline).tasks().version();
  }

  private Path pipeline(EmbeddedKafka kafka, String name, String task, String more)
      throws IOException {
    return Files.writeString(
        directory.resolve(name + ".yaml"),
        """
        name: test
        kafka: { bootstrap-servers: "%s" }
        source: { topic: messages }
        model: { path: nowhere }
        tasks: [ { name: intent, type: classification, %s } ]
        sink: { topic: enriched }
        dead-letters: { topic: dead-letters }
        %s
        """
            .formatted(kafka.bootstrapServers(), task, more));
  }
}
