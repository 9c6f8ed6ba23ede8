package io.flanstream.jobs.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flanstream.jobs.client.Installation;
import io.flanstream.jobs.pipeline.KafkaSettings;
import io.flanstream.jobs.pipeline.PipelineFile;
import io.flanstream.jobs.pipeline.Secrets;
import io.flanstream.jobs.pipeline.SourceTopics;
import io.flanstream.jobs.terminal.CommandException;
import io.flanstream.jobs.terminal.StandardStreams;
import io.flanstream.operators.record.KafkaRecord;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code flanstream init}. */
@Command(
    name = "init",
    description = {
      "Write a pipeline file from a topic's own records.",
      "Looks at the newest records to tell their format and where text, id, time and attributes are."
          + " Labels and the model are yours to fill in."
    })
final class InitCommand implements Callable<Integer> {
  private static final ObjectMapper QUOTES = new ObjectMapper();
  private static final int LOOKED_AT = 100;

  @Option(
      names = "--bootstrap-servers",
      paramLabel = "HOST:PORT",
      required = true,
      description = "Brokers of Kafka.")
  private String bootstrapServers;

  @Option(
      names = "--property",
      paramLabel = "KEY=VALUE",
      description =
          "A property of Kafka's clients; may be given several times. A secret is not written: the"
              + " file names an environment variable for it.")
  private Map<String, String> properties = new LinkedHashMap<>();

  @Option(names = "--topic", required = true, description = "The topic to read.")
  private String topic;

  @Option(
      names = "--model",
      paramLabel = "DIR",
      description = "The model's directory (default: the small one of the demo).")
  private Optional<Path> model;

  @Option(
      names = "--to",
      paramLabel = "FILE",
      description = "The file to write, which must not be there (default: ${DEFAULT-VALUE}).")
  private Path file = Path.of("pipeline.yaml");

  @Override
  public Integer call() throws IOException {
    KafkaSettings kafka = new KafkaSettings(bootstrapServers, "init", properties);
    KafkaCheck.reach(kafka);
    KafkaPermissions.to("look at topic", kafka).read(List.of(topic)).check();
    List<KafkaRecord> newest = NewestRecords.read(kafka, SourceTopics.of(topic), LOOKED_AT);
    if (newest.stream().allMatch(record -> record.value() == null)) {
      throw new CommandException(
          "Cannot write a pipeline: topic %s of Kafka at %s must have a record that can be looked at"
              .formatted(topic, bootstrapServers));
    }
    String yaml = yaml(TopicShape.of(newest));
    // What is written can be read.
    PipelineFile.parse(yaml, file.toString(), file.toAbsolutePath().getParent(), environment());
    try {
      Files.writeString(file, yaml, StandardOpenOption.CREATE_NEW);
    } catch (FileAlreadyExistsException e) {
      throw new CommandException("Cannot write %s: it must not be there yet".formatted(file), e);
    }
    PrintWriter out = StandardStreams.writer();
    out.println("Wrote %s from %s records of %s.".formatted(file, newest.size(), topic));
    out.println(
        "Name your labels in it, then: %s check %s"
            .formatted(Installation.current().command(), file));
    out.flush();
    return 0;
  }

  private String yaml(TopicShape shape) {
    StringBuilder yaml = new StringBuilder();
    yaml.append("name: ").append(quoted(topic.replaceAll("[^A-Za-z0-9._-]", "-"))).append('\n');
    yaml.append("kafka:\n  bootstrap-servers: ").append(quoted(bootstrapServers)).append('\n');
    if (!properties.isEmpty()) {
      yaml.append("  properties:\n");
      properties.forEach(
          (key, value) ->
              yaml.append(
                  "    %s: %s%n"
                      .formatted(
                          quoted(key),
                          Secrets.isSecret(key)
                              ? "\"${%s}\"".formatted(variable(key))
                              : quoted(value))));
    }
    yaml.append("source:\n  topic: %s%n  format: %s%n".formatted(quoted(topic), shape.format()));
    if (shape.format().equals("avro-confluent")) {
      yaml.append("  text: text   # the field that has the text\n");
    }
    shape.text().ifPresent(path -> yaml.append("  text: %s%n".formatted(quoted(path))));
    shape.id().ifPresent(path -> yaml.append("  id: %s%n".formatted(quoted(path))));
    shape.eventTime().ifPresent(path -> yaml.append("  event-time: %s%n".formatted(quoted(path))));
    if (!shape.attributes().isEmpty()) {
      yaml.append(
          shape.attributes().stream()
              .map(InitCommand::quoted)
              .collect(Collectors.joining(", ", "  attributes: [", "]\n")));
    }
    if (shape.format().equals("avro-confluent")) {
      yaml.append("registry:\n  url: \"${REGISTRY_URL:-http://localhost:8081}\"\n");
    }
    yaml.append(
        """
        model:
          # flan-mini is for trying out. For work take a Flan-T5 or Flan-UL2: flanstream model pull google/flan-t5-base
          path: %s
        tasks:
          - name: intent
            type: classification
            labels: [question, complaint, praise, other]   # yours
        sink:
          topic: %s
        dead-letters:
          topic: %s
        """
            .formatted(
                quoted(model.orElseGet(InitCommand::demoModel).toAbsolutePath().toString()),
                quoted(topic + "-enriched"),
                quoted(topic + "-dead-letters")));
    return yaml.toString();
  }

  /** Secrets stay out of the file: it names a variable for each. */
  private static String variable(String key) {
    return "KAFKA_" + key.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
  }

  private Map<String, String> environment() {
    Map<String, String> environment = new HashMap<>(System.getenv());
    properties.forEach((key, value) -> environment.put(variable(key), value));
    return environment;
  }

  private static Path demoModel() {
    return Installation.current().demo().resolveSibling("models").resolve("flan-mini").normalize();
  }

  /** A text as YAML takes it, which takes JSON's. */
  private static String quoted(String text) {
    try {
      return QUOTES.writeValueAsString(text.replace("${", "$${"));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
