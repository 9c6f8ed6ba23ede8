package io.flanstream.jobs.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.jobs.broker.EmbeddedKafka;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code flanstream check}, with a real Kafka and a small checkpoint. */
@Timeout(300)
class CheckCommandITCase {
  private static final Path MODEL =
      TestingCommand.ROOT.resolve("model-operator/runtime/src/test/resources/golden/ul2");

  @TempDir private Path directory;

  @Test
  void whatIsReadyIsTriedAndNothingIsWritten()
      throws ExecutionException, IOException, InterruptedException {
    try (EmbeddedKafka kafka = EmbeddedKafka.start()) {
      kafka.createTopics(2, "in", "out", "dead");
      send(kafka, "{\"id\": \"a\", \"text\": \"card lost\"}", "{", "{\"text\": \"refund\"}");

      TestingCommand checked =
          TestingCommand.run("", "check", pipeline(kafka, MODEL, "out").toString(), "--ask", "1");

      assertThat(checked.exitCode()).as(checked.err()).isZero();
      assertThat(checked.out().lines().map(line -> line.replaceAll(" .*", "")).toList())
          .contains("file", "model", "kafka", "access", "topics", "registry", "records");
      assertThat(checked.out())
          .contains("topics    in -> out, dead letters -> dead")
          .contains("dead letter INVALID_JSON")
          .contains(
              "note      source.attributes: \"lang\" is in none of the first 2 records, which have id, text")
          .contains("records   2 of the newest 3 are events, 0 tombstones, 1 dead letters")
          .contains("\"classifications\":[{\"task\":\"intent\"")
          .endsWith("Ready; nothing was written.\n");
      try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
        for (String topic : List.of("out", "dead")) {
          TopicPartition partition = new TopicPartition(topic, 0);
          assertThat(
                  admin
                      .listOffsets(Map.of(partition, OffsetSpec.latest()))
                      .partitionResult(partition)
                      .get()
                      .offset())
              .isZero();
        }
        assertThat(admin.listGroups().all().get()).isEmpty();
      }
    }
  }

  @Test
  void allThatIsWrongIsSaidAtOnce() throws ExecutionException, IOException, InterruptedException {
    try (EmbeddedKafka kafka = EmbeddedKafka.start()) {
      kafka.createTopics(1, "in", "dead");
      send(kafka, "{", "[]");

      TestingCommand checked =
          TestingCommand.run(
              "", "check", pipeline(kafka, directory.resolve("none"), "missing").toString());

      assertThat(checked.exitCode()).isEqualTo(1);
      assertThat(checked.out())
          .containsPattern("model     FAILED  .*none")
          .contains("topics    FAILED  Cannot run pipeline: Kafka at ")
          .contains("has no topic missing; --create-topics creates it")
          .contains("records   FAILED  Cannot read the newest records")
          .endsWith("Not ready; nothing was written.\n");
    }
  }

  private static void send(EmbeddedKafka kafka, String... values) {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (String value : values) {
        var unused = producer.send(new ProducerRecord<>("in", value.getBytes(UTF_8)));
      }
    }
  }

  private Path pipeline(EmbeddedKafka kafka, Path model, String sink) throws IOException {
    return Files.writeString(
        directory.resolve("pipeline.yaml"),
        """
        name: test
        kafka: { bootstrap-servers: "%s" }
        source: { topic: in, attributes: [lang] }
        model: { path: "%s", threads: 1 }
        tasks: [ { name: intent, type: classification, labels: [refund, card] } ]
        sink: { topic: %s }
        dead-letters: { topic: dead }
        """
            .formatted(kafka.bootstrapServers(), model, sink));
  }
}
