package io.flanstream.integration;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The services of {@code deploy/compose/compose.yaml}, their merge keys resolved. */
record TestingCompose(Map<String, Map<String, Object>> services) {
  static final Path DIRECTORY = TestingLauncher.ROOT.resolve("deploy/compose");

  @SuppressWarnings("unchecked")
  static TestingCompose read() throws IOException {
    Map<String, Object> file =
        new Yaml(new SafeConstructor(new LoaderOptions()))
            .load(Files.readString(DIRECTORY.resolve("compose.yaml")));
    return new TestingCompose((Map<String, Map<String, Object>>) file.get("services"));
  }

  /** Words of a service's command. */
  @SuppressWarnings("unchecked")
  String[] command(String service) {
    return ((List<String>) services.get(service).get("command")).toArray(String[]::new);
  }

  /** What a service of Flink's is told, a line each. */
  String flinkProperties(String service) {
    return environment(service, "FLINK_PROPERTIES");
  }

  /** A variable of a service. */
  @SuppressWarnings("unchecked")
  String environment(String service, String name) {
    return ((Map<String, String>) services.get(service).get("environment")).get(name);
  }

  /** The pipeline that the services run, on another Kafka and another registry. */
  static String pipeline(String bootstrapServers, String registry) throws IOException {
    return Files.readString(DIRECTORY.resolve("pipeline.yaml"))
        .replace("kafka:19092", bootstrapServers)
        .replaceFirst("(?m)^registry: .*$", "registry: {url: \"%s\"}".formatted(registry));
  }

  /** The pipeline that the services run, on another Kafka, and without a registry. */
  static String pipeline(String bootstrapServers) throws IOException {
    return Files.readString(DIRECTORY.resolve("pipeline.yaml"))
        .replace("kafka:19092", bootstrapServers)
        .replaceFirst("(?m)^registry: .*\\R", "")
        .replace("avro-confluent", "avro");
  }
}
