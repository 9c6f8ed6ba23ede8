package io.flanstream.integration;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.flanstream.jobs.broker.EmbeddedKafka;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Pipeline files between the topics in, out and dead, with a small checkpoint. */
final class TestingPipelines {
  static final Path CHECKPOINT =
      TestingLauncher.ROOT.resolve("model-operator/runtime/src/test/resources/golden/ul2");

  private static final String CLASSIFICATION =
      "{ name: intent, type: classification, labels: [refund, card] }";

  private TestingPipelines() {}

  /** Writes one; it begins at the start of the topic where no state says otherwise. */
  static String write(Path directory, EmbeddedKafka kafka, String name, String job)
      throws IOException {
    return write(directory, kafka, name, CHECKPOINT, job);
  }

  /** The same, on any Kafka. */
  static String write(Path directory, String bootstrapServers, String name, String job)
      throws IOException {
    return write(directory, bootstrapServers, name, CHECKPOINT, job);
  }

  /** The same, with another checkpoint. */
  static String write(Path directory, EmbeddedKafka kafka, String name, Path model, String job)
      throws IOException {
    return write(directory, kafka.bootstrapServers(), name, model, job);
  }

  /** The same, on any Kafka. */
  static String write(Path directory, String bootstrapServers, String name, Path model, String job)
      throws IOException {
    return new File(Client.of(bootstrapServers), model, CLASSIFICATION, job).write(directory, name);
  }

  /** The same, on another Kafka and with an extraction beside the classification. */
  static String writeWithSpans(Path directory, String bootstrapServers, String name, String job)
      throws IOException {
    String tasks = CLASSIFICATION + ", { name: where, type: extraction, fields: [city] }";
    return new File(Client.of(bootstrapServers), CHECKPOINT, tasks, job).write(directory, name);
  }

  /** The same, for a Kafka that asks who is there. */
  static String write(
      Path directory, String bootstrapServers, Map<String, String> properties, String name)
      throws IOException {
    return new File(new Client(bootstrapServers, properties), CHECKPOINT, CLASSIFICATION, "")
        .write(directory, name);
  }

  /** Tasks whose labels say which they are. */
  static String tasksNamed(String name) {
    return "[{\"name\": \"t\", \"type\": \"classification\", \"labels\": [\"%s_one\", \"%s_two\"]}]"
        .formatted(name, name);
  }

  private record Client(String bootstrapServers, Map<String, String> properties) {
    static Client of(String bootstrapServers) {
      return new Client(bootstrapServers, Map.of());
    }
  }

  private record File(Client client, Path model, String tasks, String job) {
    String write(Path directory, String name) throws IOException {
      String yaml =
          """
          name: %s
          kafka: { bootstrap-servers: "%s", properties: %s }
          source: { topic: in, from: earliest }
          model: { path: "%s", threads: 1 }
          tasks: [ %s ]
          sink: { topic: out }
          dead-letters: { topic: dead }
          job: { checkpoint-interval: 1 s, %s }
          """
              .formatted(
                  name,
                  client.bootstrapServers,
                  new ObjectMapper().writeValueAsString(client.properties),
                  model,
                  tasks,
                  job);
      return Files.writeString(directory.resolve(name + ".yaml"), yaml).toString();
    }
  }
}
