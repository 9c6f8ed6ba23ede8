package io.flanstream.integration;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.command.InspectImageResponse;
import java.io.IOException;
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
    TestingDeployment.losesAndDoublesNothing(
        directory, pipeline -> new TestingContainers(image, pipeline), ContainersITCase::look);
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

  /** Natives are unpacked where the entry point finds room for them. */
  @Test
  void answersWithoutANetworkOnAReadOnlyRootAsAnyUser() {
    try (GenericContainer<?> alone = TestingContainers.alone(image, SCORE)) {
      alone.start();
      assertThat(alone.getLogs()).contains("\"logprobs\"");
    }
  }

  @Test
  void saysWhyItCannotStart() {
    String refused =
        """
        export DJL_CACHE_DIR=/opt/flanstream/cache
        FLANSTREAM_TMP=/dev/shm /flanstream-entrypoint true
        FLANSTREAM_TMP=/nowhere /flanstream-entrypoint true
        true
        """;
    try (GenericContainer<?> alone = TestingContainers.alone(image, refused)) {
      alone.start();
      assertThat(alone.getLogs())
          .contains("Cannot start: /dev/shm/flanstream-cache must allow execution")
          .contains("Cannot start: /nowhere must be a writable directory");
    }
  }

  private static void look(TestingContainers containers) throws IOException, InterruptedException {
    assertThat(containers.run("id", "-u")).isEqualTo("9999\n");
    assertThat(containers.run("ls", "/opt/flink/usrlib")).isEqualTo("flanstream-jobs.jar\n");
    assertThat(containers.run("ls", "/opt/flink/lib"))
        .contains("flanstream-flink-", "pytorch-native-cpu-", "pytorch-jni-", "tokenizers-")
        .doesNotContain("slf4j-impl");
    assertThat(containers.logs())
        .as("lines that name the task and the job")
        .containsPattern("\\[.* -> enrich.* \\(\\d/\\d\\)#\\d] \\p{XDigit}{32} ")
        .as("lines of a job that is well")
        .doesNotContain("TransactionManager", "CheckpointCoordinator", "Name collision");
  }
}
