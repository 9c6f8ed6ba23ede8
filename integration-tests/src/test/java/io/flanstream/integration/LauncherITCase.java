package io.flanstream.integration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.jobs.broker.EmbeddedKafka;
import io.flanstream.jobs.local.EmbeddedFlink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.flink.configuration.Configuration;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code deploy/bin/flanstream} as a person calls it: through a link, from anywhere. */
@Timeout(600)
class LauncherITCase {
  private static final Path ROOT = TestingLauncher.ROOT;

  @TempDir Path elsewhere;
  private Path link;
  private TestingLauncher launcher;

  @BeforeEach
  void link() throws IOException {
    link = Files.createSymbolicLink(elsewhere.resolve("fl"), TestingLauncher.LAUNCHER);
    launcher = new TestingLauncher(link, elsewhere);
  }

  @AfterEach
  void unlink() throws IOException {
    Files.delete(link);
  }

  @Test
  void whatIsBuiltIsNotBuiltAgain() throws IOException, InterruptedException {
    Path classPath = ROOT.resolve("jobs/cli/target/class-path");
    FileTime built = Files.getLastModifiedTime(classPath);
    assertThat(launcher.run(0, "--version"))
        .containsPattern("^flanstream 0\\.\\S+ \\(commit [0-9a-f]{7,}( and changes)?\\)\n")
        .containsPattern("\nFlink 2\\.\\S+, Kafka clients 4\\.\\S+, PyTorch 2\\.\\S+ by DJL 0\\.");
    assertThat(Files.getLastModifiedTime(classPath)).isEqualTo(built);
  }

  @Test
  void aFailureIsOneClearLine() throws IOException, InterruptedException {
    String out = launcher.run(1, "run", "nowhere.yaml");
    assertThat(out).startsWith("flanstream: Cannot use nowhere.yaml: 1 fault\n");
    assertThat(launcher.run(2, "rum")).contains("Did you mean: flanstream run");
  }

  @Test
  void submitsToARunningCluster() throws ExecutionException, IOException, InterruptedException {
    try (EmbeddedKafka kafka = EmbeddedKafka.start();
        EmbeddedFlink flink = EmbeddedFlink.start(2, new Configuration())) {
      TestingTopics topics = new TestingTopics(kafka);
      topics.create(1, "in", "out", "dead");
      topics.write(
          List.of(
              new ProducerRecord<>(
                  "in", "{\"id\": \"a\", \"text\": \"card lost\"}".getBytes(UTF_8))));
      String pipeline = TestingPipelines.write(elsewhere, kafka, "target", "");
      String target = flink.webPage().getHost() + ":" + flink.webPage().getPort();

      String out = launcher.run(0, "run", pipeline, "--bounded", "--target", target);

      assertThat(out).startsWith("Submitted target as job ");
      assertThat(topics.readUntil("out", 1)).hasSize(1);
    }
  }
}
