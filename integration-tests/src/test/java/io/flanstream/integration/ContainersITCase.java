package io.flanstream.integration;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.command.InspectImageResponse;
import io.flanstream.jobs.broker.EmbeddedKafka;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;

/** The image, built and run as compose.yaml says, where there is an engine to do it. */
@Timeout(600)
class ContainersITCase {
  private static final int RECORDS = 300;
  private static final String SCORE =
      """
      echo '{"id": "1", "prompt": "I lost my card", "choices": ["refund", "card"]}' |
      flanstream model score --model /models/flan-mini
      """;

  @TempDir static Path directory;

  private static String image;

  @BeforeAll
  static void build() throws IOException, InterruptedException {
    image = TestingImage.build(directory);
  }

  @Test
  void losesAndDoublesNothing() throws IOException, InterruptedException, TimeoutException {
    try (EmbeddedKafka kafka = EmbeddedKafka.start()) {
      TestingTopics topics = new TestingTopics(kafka);
      topics.create(2, "messages", "enriched", "dead-letters");
      Path pipeline =
          Files.writeString(
              directory.resolve("pipeline.yaml"),
              TestingCompose.pipeline(kafka.bootstrapServers()));
      try (TestingContainers containers = new TestingContainers(image, pipeline);
          TestingFeed feed = new TestingFeed(kafka.bootstrapServers(), "messages", 2, RECORDS)) {
        feed.awaitSent(RECORDS / 2);
        topics.readUntil("enriched", 1);
        containers.killTaskManager();
        feed.awaitSent(RECORDS);
        topics.readUntil("enriched", feed.good().size());
        topics.readUntil("dead-letters", feed.bad().size());

        assertThat(topics.keys("enriched")).containsExactlyInAnyOrderElementsOf(feed.good());
        assertThat(topics.keys("dead-letters")).containsExactlyInAnyOrderElementsOf(feed.bad());
        assertThat(containers.run("id", "-u")).isEqualTo("9999\n");
        assertThat(containers.run("ls", "/opt/flink/usrlib")).isEqualTo("flanstream-jobs.jar\n");
        assertThat(containers.run("ls", "/opt/flink/lib"))
            .contains("model-operator-", "pytorch-native-cpu-", "pytorch-jni-", "tokenizers-")
            .doesNotContain("slf4j-impl");
      }
    }
  }

  @Test
  void saysWhatItIs() {
    InspectImageResponse said = DockerClientFactory.lazyClient().inspectImageCmd(image).exec();
    assertThat(said.getConfig().getUser()).isEqualTo("flink");
    assertThat(said.getConfig().getLabels())
        .containsEntry("org.opencontainers.image.title", "flanstream")
        .containsEntry("org.opencontainers.image.version", image.split("[:-]")[1])
        .containsKey("org.opencontainers.image.revision");
  }

  /** Natives come out of their jar, into a directory of the user's. */
  @Test
  void answersWithoutANetwork() {
    try (GenericContainer<?> alone = TestingContainers.withoutNetwork(image, SCORE)) {
      alone.start();
      assertThat(alone.getLogs()).contains("\"logprobs\"");
    }
  }
}
