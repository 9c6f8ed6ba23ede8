package io.flanstream.integration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.jobs.broker.EmbeddedKafka;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A deployment whose processes speak mutual TLS, with one another and with commands. */
@Timeout(600)
class TlsITCase {
  private static final String PASSWORD = "Dotterel-scree-21";
  private static final String HASTY = "taskmanager.registration.timeout: 10 s\n";

  @TempDir private Path directory;

  @BeforeAll
  static void assemble() throws IOException, InterruptedException {
    Path assemble = TestingLauncher.ROOT.resolve("deploy/docker/assemble");
    assertThat(new ProcessBuilder(assemble.toString()).inheritIO().start().waitFor()).isZero();
  }

  @Test
  void onlyThoseWithACertificateAreLetIn()
      throws ExecutionException, IOException, InterruptedException {
    TestingCertificates ours = authority("ours");
    TestingCertificates strange = authority("strange");
    String network = TestingDeployment.onLoopback();
    try (EmbeddedKafka kafka = EmbeddedKafka.start()) {
      TestingTopics topics = new TestingTopics(kafka);
      topics.create(2, "messages", "enriched", "dead-letters");
      topics.write(
          List.of(
              new ProducerRecord<>(
                  "messages", "{\"id\": \"a\", \"text\": \"card lost\"}".getBytes(UTF_8))));
      Path pipeline =
          Files.writeString(
              directory.resolve("pipeline.yaml"),
              TestingCompose.pipeline(kafka.bootstrapServers()));
      try (TestingProcesses deployment =
          new TestingProcesses(directory.resolve("home"), pipeline, network + tls(ours)).start()) {
        assertThat(topics.readUntil("enriched", 1)).hasSize(1);
        assertWhoIsLetIn(deployment.address(), ours, strange);
        assertIsNoMember(
            new TestingProcesses(
                directory.resolve("strange"), pipeline, network + HASTY + tls(strange)));
      }
    }
  }

  /** A TaskManager with a certificate of another authority gives up. */
  private void assertIsNoMember(TestingProcesses stranger)
      throws IOException, InterruptedException {
    assertThat(stranger.startTaskManager().waitFor()).isNotZero();
    assertThat(Files.readString(directory.resolve("strange/taskmanager.out")))
        .contains("Could not register at the ResourceManager within the specified maximum");
  }

  private void assertWhoIsLetIn(
      String address, TestingCertificates ours, TestingCertificates strange)
      throws IOException, InterruptedException {
    String target = "https://" + address;
    assertThat(launcher("home").run(0, "jobs", "list", "--target", target))
        .contains("demo", "RUNNING");
    Files.createDirectories(directory.resolve("stranger/conf"));
    Files.writeString(directory.resolve("stranger/conf/config.yaml"), tls(strange));
    assertThat(launcher("stranger").run(1, "jobs", "list", "--target", target))
        .contains("Cannot ask Flink at " + target);
    assertThat(launcher("home").run(1, "jobs", "list", "--target", address))
        .contains("Cannot ask Flink at " + address);
    assertThat(
            new TestingLauncher(TestingLauncher.LAUNCHER, directory)
                .run(1, "jobs", "list", "--target", target))
        .contains(
            "Cannot speak TLS with Flink: security.ssl.rest.truststore must be set in config.yaml"
                + " of the directory that FLINK_CONF_DIR names, got no directory");
    assertThat(healthy(0, target, ours)).isEmpty();
    assertThat(healthy(1, target, strange)).startsWith("Flink does not answer: curl: ");
  }

  /** The launcher with the configuration directory of a deployment. */
  private TestingLauncher launcher(String home) throws IOException {
    Path script =
        Files.writeString(
            directory.resolve(home + "-flanstream"),
            "#!/bin/sh%nFLINK_CONF_DIR=%s exec %s \"$@\"%n"
                .formatted(directory.resolve(home + "/conf"), TestingLauncher.LAUNCHER));
    assertThat(script.toFile().setExecutable(true)).isTrue();
    return new TestingLauncher(script, directory);
  }

  /** What the health check says with a certificate of an authority. */
  private static String healthy(int exitCode, String target, TestingCertificates authority)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
                TestingLauncher.ROOT.resolve("deploy/docker/health").toString(), "job", target)
            .redirectErrorStream(true);
    builder
        .environment()
        .put(
            "FLANSTREAM_HEALTH_CURL",
            "--cacert %s --cert-type P12 --cert %s:%s"
                .formatted(authority.pem(), authority.directory().resolve("flink.p12"), PASSWORD));
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(said).isEqualTo(exitCode);
    return said;
  }

  private TestingCertificates authority(String name) throws IOException, InterruptedException {
    TestingCertificates made =
        TestingCertificates.create(
            Files.createDirectory(directory.resolve("ca-" + name)), PASSWORD);
    assertThat(made.sign("flink")).exists();
    return made;
  }

  /** The settings of the page on TLS. */
  private static String tls(TestingCertificates authority) throws IOException {
    String page = Files.readString(TestingLauncher.ROOT.resolve("deploy/docs/tls.md"));
    return page.substring(page.indexOf("```yaml\n") + 8, page.lastIndexOf("```"))
        .replaceAll("(?s)```.*", "")
        .replace("/opt/flanstream/tls", authority.directory().toString())
        .replace("PASSWORD", PASSWORD);
  }
}
