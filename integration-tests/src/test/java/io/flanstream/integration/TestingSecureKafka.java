package io.flanstream.integration;

import io.flanstream.jobs.broker.EmbeddedKafka;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;

/**
 * A Kafka that asks for a password over TLS (SCRAM) on one port and for a client's certificate on
 * another; the test itself comes in by a third that asks nothing.
 */
final class TestingSecureKafka implements AutoCloseable {
  static final String USER = "triage";
  static final String PASSWORD = "Oyster-catcher-71";
  static final String STORE_PASSWORD = "Lapwing-eggs-88";

  private static final String HOST = "127.0.0.1";

  private final TestingCertificates certificates;
  private final EmbeddedKafka kafka;
  private final Path clientStore;
  private final String passwordAddress;
  private final String certificateAddress;

  TestingSecureKafka(Path directory) throws ExecutionException, IOException, InterruptedException {
    certificates = TestingCertificates.create(directory, STORE_PASSWORD);
    clientStore = certificates.sign("client");
    InetAddress loopback = InetAddress.getByName(HOST);
    try (ServerSocket password = new ServerSocket(0, 1, loopback);
        ServerSocket certificate = new ServerSocket(0, 1, loopback)) {
      passwordAddress = HOST + ":" + password.getLocalPort();
      certificateAddress = HOST + ":" + certificate.getLocalPort();
    }
    kafka = EmbeddedKafka.start(broker(certificates.sign("broker")));
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      ScramCredentialInfo scram = new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096);
      admin
          .alterUserScramCredentials(
              List.of(new UserScramCredentialUpsertion(USER, scram, PASSWORD)))
          .all()
          .get();
    }
  }

  /** Its topics, by the port that asks nothing. */
  TestingTopics topics() {
    return new TestingTopics(kafka);
  }

  /** Where a password is asked for. */
  String passwordAddress() {
    return passwordAddress;
  }

  /** Where a certificate is asked for. */
  String certificateAddress() {
    return certificateAddress;
  }

  /** What a client with a password is told. */
  Map<String, String> passwordProperties(String password) {
    Map<String, String> properties = new HashMap<>();
    properties.put("security.protocol", "SASL_SSL");
    properties.put("sasl.mechanism", "SCRAM-SHA-512");
    properties.put("sasl.jaas.config", jaas(password));
    properties.put("ssl.truststore.type", "PEM");
    properties.put("ssl.truststore.location", certificates.pem().toString());
    return properties;
  }

  /** The same, the password in a file that Kafka's clients read. */
  Map<String, String> passwordFileProperties(Path directory) throws IOException {
    Path secrets =
        Files.writeString(
            directory.resolve("kafka.properties"), "sasl.jaas.config=" + jaas(PASSWORD));
    Map<String, String> properties = passwordProperties("");
    properties.put("config.providers", "file");
    properties.put(
        "config.providers.file.class",
        "org.apache.kafka.common.config.provider.FileConfigProvider");
    properties.put("sasl.jaas.config", "${file:%s:sasl.jaas.config}".formatted(secrets));
    return properties;
  }

  /** What a client with a certificate is told. */
  Map<String, String> certificateProperties() {
    Map<String, String> properties = new HashMap<>();
    properties.put("security.protocol", "SSL");
    properties.put("ssl.truststore.type", "PKCS12");
    properties.put("ssl.truststore.location", certificates.trustStore().toString());
    properties.put("ssl.truststore.password", STORE_PASSWORD);
    properties.put("ssl.keystore.type", "PKCS12");
    properties.put("ssl.keystore.location", clientStore.toString());
    properties.put("ssl.keystore.password", STORE_PASSWORD);
    return properties;
  }

  @Override
  public void close() {
    kafka.close();
  }

  private Map<String, String> broker(Path store) {
    Map<String, String> settings = new HashMap<>();
    settings.put(
        "listeners", "SASL_SSL://%s,SSL://%s".formatted(passwordAddress, certificateAddress));
    settings.put(
        "listener.security.protocol.map",
        "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SASL_SSL:SASL_SSL,SSL:SSL");
    settings.put("sasl.enabled.mechanisms", "SCRAM-SHA-512");
    settings.put(
        "listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config",
        "org.apache.kafka.common.security.scram.ScramLoginModule required;");
    settings.put("listener.name.ssl.ssl.client.auth", "required");
    settings.put("ssl.keystore.type", "PKCS12");
    settings.put("ssl.keystore.location", store.toString());
    settings.put("ssl.keystore.password", STORE_PASSWORD);
    settings.put("ssl.truststore.type", "PKCS12");
    settings.put("ssl.truststore.location", certificates.trustStore().toString());
    settings.put("ssl.truststore.password", STORE_PASSWORD);
    return settings;
  }

  private static String jaas(String password) {
    return "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"%s\" password=\"%s\";"
        .formatted(USER, password);
  }
}
