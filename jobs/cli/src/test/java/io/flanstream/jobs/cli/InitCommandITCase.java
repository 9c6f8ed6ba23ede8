package io.flanstream.jobs.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.jobs.broker.EmbeddedKafka;
import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.pipeline.PipelineFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code flanstream init}, with a real Kafka. */
@Timeout(300)
class InitCommandITCase {
  @TempDir private Path directory;

  @Test
  void aFileIsMadeOfTheRecordsOfATopic()
      throws ExecutionException, IOException, InterruptedException {
    try (EmbeddedKafka kafka = EmbeddedKafka.start()) {
      kafka.createTopics(1, "tickets", "lines", "empty");
      for (int i = 0; i < 10; i++) {
        send(
            kafka,
            "tickets",
            """
            {"ticket_id": "t-%s", "lang": "%s", "n": %s, "meta": {"created/at": "2026-01-0%sT00:00:00Z"},
             "body": {"subject": "help", "text": "Where is my order number %s? I have waited for weeks now."}}
            """
                .formatted(i, i % 2 == 0 ? "en" : "de", i, 1 + i % 9, i));
        send(kafka, "lines", "a line " + i);
      }
      Path file = directory.resolve("tickets.yaml");
      TestingCommand made =
          init(kafka, "tickets", file, "--property", "ssl.key.password=Knot-tide-4");

      assertThat(made.err()).isEmpty();
      assertThat(made.exitCode()).isZero();
      assertThat(made.out()).contains("Wrote " + file + " from 10 records of tickets.");
      String yaml = Files.readString(file);
      assertThat(yaml)
          .contains("  text: \"/body/text\"\n", "  id: \"/ticket_id\"\n")
          .contains("  event-time: \"/meta/created~1at\"\n", "  attributes: [\"/lang\"")
          .contains("\"ssl.key.password\": \"${KAFKA_SSL_KEY_PASSWORD}\"")
          .doesNotContain("Knot-tide-4");
      Pipeline pipeline =
          PipelineFile.parse(
              yaml, "tickets.yaml", directory, Map.of("KAFKA_SSL_KEY_PASSWORD", "x"));
      assertThat(pipeline.sink().topic()).isEqualTo("tickets-enriched");

      TestingCommand again = init(kafka, "tickets", file);
      assertThat(again.exitCode()).isEqualTo(1);
      assertThat(again.err()).contains("it must not be there yet");
      assertThat(Files.readString(file)).isEqualTo(yaml);

      Path lines = directory.resolve("lines.yaml");
      assertThat(init(kafka, "lines", lines).exitCode()).isZero();
      assertThat(Files.readString(lines)).contains("  format: text\n");

      assertThat(init(kafka, "empty", directory.resolve("empty.yaml")).err())
          .contains("must have a record that can be looked at");
    }
  }

  private static TestingCommand init(EmbeddedKafka kafka, String topic, Path file, String... more)
      throws ExecutionException, IOException, InterruptedException {
    List<String> arguments = new ArrayList<>(List.of("init", "--topic", topic));
    arguments.addAll(
        List.of("--bootstrap-servers", kafka.bootstrapServers(), "--to", file.toString()));
    arguments.addAll(List.of(more));
    return TestingCommand.run("", arguments.toArray(String[]::new));
  }

  private static void send(EmbeddedKafka kafka, String topic, String value) {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      var unused = producer.send(new ProducerRecord<>(topic, value.getBytes(UTF_8)));
    }
  }
}
