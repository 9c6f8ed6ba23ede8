package io.flanstream.integration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Secrets that a pipeline's file and Flink's configuration hold, and texts of records: none shows
 * where people look, be the job well or not.
 */
@Timeout(600)
class SecretsITCase {
  private static final String WRONG_PASSWORD = "Curlew-feather-5";
  private static final String FLINK_SECRET = "Whimbrel-call-12";
  private static final String REGISTRY_PASSWORD = "Turnstone-pebble-3";
  private static final String[] SECRETS = {
    TestingSecureKafka.PASSWORD,
    TestingSecureKafka.STORE_PASSWORD,
    WRONG_PASSWORD,
    FLINK_SECRET,
    REGISTRY_PASSWORD,
    // As the registry is sent it.
    Base64.getEncoder().encodeToString(("triage:" + REGISTRY_PASSWORD).getBytes(UTF_8))
  };

  private static final String GOOD = "a sanderling lost its card";
  private static final String BAD = "dunlin over the mudflat";

  @TempDir private Path directory;

  @Test
  void noneShows() throws ExecutionException, IOException, InterruptedException, SQLException {
    HttpServer registry = registry();
    try (TestingSecureKafka kafka = new TestingSecureKafka(directory);
        TestingCluster cluster =
            new TestingCluster(directory, "-D", "s3.secret-key=" + FLINK_SECRET, "--slots", "3")) {
      kafka.topics().create(1, "in", "out", "dead");
      kafka
          .topics()
          .write(List.of(record("{\"text\": \"%s\"}".formatted(GOOD)), record("{" + BAD)));
      run(cluster, 0, "well", kafka, TestingSecureKafka.PASSWORD);
      run(cluster, 1, "unwell", kafka, WRONG_PASSWORD);
      String unregistered =
          unregistered(
              kafka.certificateAddress(), kafka.certificateProperties(), registry, "unregistered");
      assertThat(cluster.run(1, "run", unregistered, "-D", "restart-strategy.type=none"))
          .contains("answered 401, for 1 s");
      cluster.run(
          0,
          "run",
          TestingPipelines.write(
              directory, kafka.certificateAddress(), kafka.certificateProperties(), "certified"));
      kafka.topics().readUntil("out", 2);
      assertThat(cluster.run(1, "sql", "--pipeline", unregistered, "-e", "TABLE enriched"))
          .as("a query's failure in the cluster, on records without a frame")
          .contains("must be a zero byte, a schema's id in four and an Avro record");

      try (TestingGateway gateway =
          TestingGateway.start(
              directory,
              cluster,
              unregistered(
                  kafka.passwordAddress(),
                  kafka.passwordProperties(TestingSecureKafka.PASSWORD),
                  registry,
                  "asked"))) {
        assertSilent("SQL gateway", askedOf(gateway));
      }

      List<String> pages = pages(cluster.webPage());
      assertThat(String.join("\n", pages))
          .contains("invalid credentials", "s3.secret-key", "\"well\"", "\"unwell\"")
          .contains("Cannot ask schema registry: POST http://127.0.0.1:");
      assertSilent("web page", String.join("\n", pages));
      List<Path> logs = files(".*\\.(log|out)");
      assertThat(logs).hasSizeGreaterThan(5);
      for (Path log : logs) {
        assertSilent(log.toString(), Files.readString(log));
      }
    } finally {
      registry.stop(0);
    }
  }

  @Test
  void oneThatShowsFails() {
    for (String secret : SECRETS) {
      assertThatThrownBy(() -> assertSilent("log", "password=" + secret + ";"))
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("[log]");
    }
  }

  /** All that a session has to say about tables, of which it reads one by their secrets. */
  private static String askedOf(TestingGateway gateway) {
    List<String> said = new ArrayList<>();
    said.add(gateway.ask("SET 'execution.runtime-mode' = 'batch'"));
    assertThat(gateway.ask("SELECT COUNT(*) FROM dead_letters")).isEqualTo("2");
    for (String database : List.of("snapshot", "live")) {
      for (String table :
          List.of("connection", "registry_connection", "enriched", "dead_letters")) {
        String path = "`%s`.`%s`".formatted(database, table);
        said.add(gateway.ask("SHOW CREATE TABLE " + path));
        said.add(gateway.ask("DESCRIBE EXTENDED " + path));
      }
    }
    assertThat(String.join("\n", said))
        .contains("'properties.security.protocol' = 'SASL_SSL'", "'pipeline' = 'asked");
    said.add(gateway.ask("EXPLAIN JSON_EXECUTION_PLAN SELECT * FROM enriched"));
    said.add(gateway.ask("SHOW CREATE CATALOG asked"));
    said.add(gateway.ask("SET"));
    said.add(
        gateway.ask(
            "CREATE TABLE odd (v STRING) WITH ('topic' = 'in', 'format' = 'odd') LIKE"
                + " `connection`"));
    said.add(gateway.ask("SHOW CREATE TABLE odd"));
    String refused = gateway.ask("SELECT * FROM odd");
    assertThat(refused).contains("Could not find any", "SASL_SSL");
    said.add(refused);
    String failed = gateway.ask("SELECT id FROM enriched");
    assertThat(failed).contains("must be a zero byte, a schema's id in four and an Avro record");
    said.add(failed);
    return String.join("\n", said);
  }

  private static void assertSilent(String where, String text) {
    assertThat(text).as(where).doesNotContain(SECRETS).doesNotContain(GOOD, BAD);
  }

  /** Sends a job; Kafka is left to refuse it. */
  private void run(
      TestingCluster cluster, int exitCode, String name, TestingSecureKafka kafka, String password)
      throws IOException, InterruptedException {
    String pipeline =
        TestingPipelines.write(
            directory, kafka.passwordAddress(), kafka.passwordProperties(password), name);
    cluster.run(exitCode, "run", pipeline, "--kafka-unchecked", "-D", "restart-strategy.type=none");
  }

  /** A pipeline whose registry knows nobody. */
  private String unregistered(
      String address, Map<String, String> properties, HttpServer registry, String name)
      throws IOException, InterruptedException {
    Path pipeline = Path.of(TestingPipelines.write(directory, address, properties, name));
    String yaml =
        Files.readString(pipeline).replace("topic: out", "topic: out, format: avro-confluent")
            + """
            registry:
              url: http://127.0.0.1:%s
              timeout: 1 s
              properties: { basic.auth.user.info: "triage:%s" }
            """
                .formatted(registry.getAddress().getPort(), REGISTRY_PASSWORD);
    return Files.writeString(pipeline, yaml).toString();
  }

  private static HttpServer registry() throws IOException {
    byte[] types = "[]".getBytes(UTF_8);
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          boolean isOpen = exchange.getRequestURI().getPath().equals("/schemas/types");
          exchange.sendResponseHeaders(isOpen ? 200 : 401, types.length);
          exchange.getResponseBody().write(types);
          exchange.close();
        });
    server.start();
    return server;
  }

  /** What the web page shows of its configuration, of every job and of every process. */
  private static List<String> pages(String address) throws IOException, InterruptedException {
    List<String> paths =
        new ArrayList<>(
            List.of(
                "/config",
                "/jobs/overview",
                "/taskmanagers",
                "/jobmanager/config",
                "/jobmanager/environment",
                "/jobmanager/log"));
    for (JsonNode job : json(address + "/jobs").path("jobs")) {
      String path = "/jobs/" + job.path("id").asText();
      paths.addAll(
          List.of(
              path,
              path + "/config",
              path + "/exceptions",
              path + "/plan",
              path + "/jobmanager/config",
              path + "/jobmanager/environment"));
      for (JsonNode vertex : json(address + path).path("vertices")) {
        paths.add(path + "/vertices/" + vertex.path("id").asText());
      }
    }
    for (JsonNode process : json(address + "/taskmanagers").path("taskmanagers")) {
      String path = "/taskmanagers/" + process.path("id").asText();
      paths.addAll(List.of(path, path + "/log", path + "/thread-dump"));
    }
    List<String> pages = new ArrayList<>();
    for (String path : paths) {
      pages.add(page(address + path));
    }
    return pages;
  }

  private static JsonNode json(String url) throws IOException, InterruptedException {
    return new ObjectMapper().readTree(page(url));
  }

  private static String page(String url) throws IOException, InterruptedException {
    HttpResponse<String> response =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create(url)).build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(response.statusCode()).as(url).isEqualTo(200);
    return response.body();
  }

  private List<Path> files(String name) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(file -> file.toString().matches(name)).toList();
    }
  }

  private static ProducerRecord<byte[], byte[]> record(String value) {
    return new ProducerRecord<>("in", "k".getBytes(UTF_8), value.getBytes(UTF_8));
  }
}
