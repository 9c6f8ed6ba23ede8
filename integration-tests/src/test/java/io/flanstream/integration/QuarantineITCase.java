package io.flanstream.integration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.jobs.broker.EmbeddedKafka;
import io.flanstream.jobs.pipeline.PipelineFile;
import io.flanstream.jobs.topology.EnrichmentJob;
import io.flanstream.operators.record.KafkaRecord;
import io.flanstream.schemas.DeadLetter;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A record that makes its process crash, as native code does, between many that do not. */
@Timeout(600)
class QuarantineITCase {
  private static final String CLASSES = "Testing(ModelProvider|DelayedModel|Crash)(\\$.*)?\\.class";

  @TempDir private Path directory;

  @Test
  void whatCrashesTheProcessTwiceBecomesADeadLetter() throws Exception {
    TestingMessages messages = new TestingMessages("in", 2);
    messages.addGood("before", 150);
    messages.add(
        "crashes",
        "{\"id\": \"crashes\", \"text\": \"%s\"}".formatted(TestingDelayedModel.CRASHES),
        "CRASHED");
    messages.addGood("after", 150);
    try (EmbeddedKafka kafka = EmbeddedKafka.start();
        TestingCluster cluster = new TestingCluster(directory, "--slots", "2")) {
      TestingTopics topics = new TestingTopics(kafka);
      topics.create(2, "in", "out", "dead");
      topics.write(messages.records());
      submit(kafka, cluster);
      while (topics.read("dead").isEmpty()
          || topics.read("out").size() < messages.enrichedCount()) {
        cluster.restartCrashed();
        TimeUnit.MILLISECONDS.sleep(200);
      }

      assertThat(topics.keys("out"))
          .containsExactlyInAnyOrderElementsOf(
              messages.fates().keySet().stream().filter(id -> !id.equals("crashes")).toList());
      DeadLetter letter =
          TestingTopics.decoded(topics.read("dead").get(0).value(), new DeadLetter());
      assertThat(topics.keys("dead")).containsExactly("crashes");
      assertThat(List.of(letter.getStage(), letter.getCode())).containsExactly("MODEL", "CRASHED");
      assertThat(letter.getAttempts()).isEqualTo(2);
      assertThat(UTF_8.decode(letter.getPayload()).toString())
          .contains(TestingDelayedModel.CRASHES);
      assertThat(cluster.crashes()).isEqualTo(2);
    }
  }

  private void submit(EmbeddedKafka kafka, TestingCluster cluster) throws Exception {
    String pipeline =
        TestingPipelines.write(
            directory,
            kafka,
            "crash",
            "parallelism: 2, max-in-flight: 16, crash-journal: { directory: \"%s\" }"
                .formatted(directory.resolve("crashes")));
    Configuration client = cluster.client();
    client.set(
        PipelineOptions.JARS,
        List.of(
            jar(EnrichmentJob.class).toUri().toString(),
            jar(KafkaRecord.class).toUri().toString(),
            testingModel().toUri().toString()));
    StreamExecutionEnvironment env = new StreamExecutionEnvironment(client);
    EnrichmentJob.add(
        env,
        PipelineFile.read(Path.of(pipeline)),
        new TestingModelProvider("crash", TestingMessages.MAX_INPUT_TOKENS));
    env.executeAsync("crash");
  }

  /** A jar of the model that crashes. */
  private Path testingModel() throws IOException, URISyntaxException {
    Path room = jar(QuarantineITCase.class).resolve("io/flanstream/integration");
    Path jar = directory.resolve("testing-model.jar");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
        Stream<Path> files = Files.list(room)) {
      for (Path file :
          files.filter(file -> file.getFileName().toString().matches(CLASSES)).toList()) {
        out.putNextEntry(new ZipEntry("io/flanstream/integration/" + file.getFileName()));
        Files.copy(file, out);
      }
    }
    return jar;
  }

  private static Path jar(Class<?> type) throws URISyntaxException {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
  }
}
