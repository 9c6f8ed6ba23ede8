package io.flanstream.integration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Every command that asks Kafka, on a broker that asks who is there. */
@Timeout(600)
class SecureKafkaITCase {
  /** Before the client itself would give up. */
  private static final Duration AT_ONCE = Duration.ofSeconds(55);

  @TempDir private static Path directory;

  private static TestingLauncher launcher;
  private static TestingSecureKafka kafka;

  @BeforeAll
  static void start() throws ExecutionException, IOException, InterruptedException {
    launcher = new TestingLauncher(TestingLauncher.LAUNCHER, directory);
    kafka = new TestingSecureKafka(directory);
  }

  @BeforeEach
  void write() throws ExecutionException, InterruptedException {
    kafka.topics().recreate(1, "in", "out", "dead");
    kafka.topics().write(List.of(record("{\"id\": \"a\", \"text\": \"card\"}"), record("{")));
  }

  @AfterAll
  static void stop() {
    kafka.close();
  }

  @Test
  void aPasswordInAFileOpensIt() throws IOException, InterruptedException {
    everyCommandWorks("password", kafka.passwordAddress(), kafka.passwordFileProperties(directory));
  }

  @Test
  void aCertificateOpensIt() throws IOException, InterruptedException {
    everyCommandWorks("certificate", kafka.certificateAddress(), kafka.certificateProperties());
  }

  @Test
  void whoIsNotLetInHearsWhy() throws IOException, InterruptedException {
    assertThat(refusal(kafka.passwordAddress(), kafka.passwordProperties("Curlew-feather-5")))
        .contains("invalid credentials with SASL mechanism SCRAM-SHA-512");

    Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
    TestingCertificates others = TestingCertificates.create(elsewhere, "Redshank-nest-9");
    Map<String, String> distrustful = kafka.passwordProperties(TestingSecureKafka.PASSWORD);
    distrustful.put("ssl.truststore.location", others.pem().toString());
    assertThat(refusal(kafka.passwordAddress(), distrustful))
        .contains("SSL handshake failed", "unable to find valid certification path");

    Map<String, String> anonymous = kafka.certificateProperties();
    anonymous.keySet().removeIf(key -> key.startsWith("ssl.keystore."));
    assertThat(refusal(kafka.certificateAddress(), anonymous))
        // Newer releases of Java name the second.
        .containsPattern("Received fatal alert: (bad_certificate|certificate_required)");

    Map<String, String> stranger = kafka.certificateProperties();
    stranger.put("ssl.keystore.location", others.sign("stranger").toString());
    stranger.put("ssl.keystore.password", "Redshank-nest-9");
    assertThat(refusal(kafka.certificateAddress(), stranger)).contains("Received fatal alert: ");
    assertNoSecret();
  }

  private void everyCommandWorks(String name, String address, Map<String, String> properties)
      throws IOException, InterruptedException {
    String pipeline = TestingPipelines.write(directory, address, properties, name);
    launcher.run(0, "run", pipeline, "--bounded", "--web-port", "0");
    assertThat(kafka.topics().keys("out")).containsExactly("k");
    assertThat(kafka.topics().keys("dead")).containsExactly("k");

    String count = "SELECT COUNT(*) AS found FROM enriched";
    assertThat(launcher.run(0, "sql", "--pipeline", pipeline, "--format", "csv", "-e", count))
        .contains("found\r\n1\r\n");
    assertThat(launcher.run(0, "dead-letters", "show", "--pipeline", pipeline))
        .contains("INVALID_JSON");
    launcher.run(0, "dead-letters", "replay", "--pipeline", pipeline);
    assertThat(kafka.topics().read("in")).hasSize(3);
    assertNoSecret();
  }

  /** One line, at once. */
  private String refusal(String address, Map<String, String> properties)
      throws IOException, InterruptedException {
    String pipeline = TestingPipelines.write(directory, address, properties, "refused");
    Instant begun = Instant.now();
    String said = launcher.run(1, "run", pipeline, "--bounded");
    assertThat(Duration.between(begun, Instant.now())).isLessThan(AT_ONCE);
    assertThat(said).startsWith("flanstream: Cannot ask Kafka at " + address).hasLineCount(1);
    return said;
  }

  /** Neither in what the commands said, which lies in files too, nor in their logs. */
  private void assertNoSecret() throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      List<Path> written = files.filter(file -> file.toString().matches(".*\\.(log|out)")).toList();
      assertThat(written).hasSizeGreaterThan(3);
      for (Path file : written) {
        assertThat(Files.readString(file))
            .as(file.toString())
            .doesNotContain(
                TestingSecureKafka.PASSWORD,
                TestingSecureKafka.STORE_PASSWORD,
                "Curlew-feather-5",
                "Redshank-nest-9");
      }
    }
  }

  private static ProducerRecord<byte[], byte[]> record(String value) {
    return new ProducerRecord<>("in", "k".getBytes(UTF_8), value.getBytes(UTF_8));
  }
}
