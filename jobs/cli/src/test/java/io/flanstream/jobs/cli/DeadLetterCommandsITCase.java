package io.flanstream.jobs.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.jobs.broker.EmbeddedKafka;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Dead letters of a real run, looked at and sent again. */
class DeadLetterCommandsITCase {
  private static final String LONG =
      "{\"id\":\"long\",\"text\":\"%s\"}".formatted("people ".repeat(60));

  /** So many that sending them takes a moment. */
  private static final int LETTERS = 20_000;

  /** A person's whose digits are others. */
  private static final List<String> LOCALE = List.of("-Duser.language=fa", "-Duser.country=IR");

  private static final String IDS = "SELECT id FROM enriched ORDER BY id";

  @TempDir private Path directory;

  @Test
  void aReplayedRecordGetsThroughAfterAFix()
      throws IOException, InterruptedException, ExecutionException {
    try (EmbeddedKafka kafka = EmbeddedKafka.start()) {
      kafka.createTopics(1, "messages", "enriched", "dead-letters");
      String pipeline = pipeline(kafka);
      send(kafka, "{\"id\":\"a\",\"text\":\"card lost\"}", "{\"id\":", LONG);
      run(0, "run", pipeline, "--bounded", "--web-port", "0");

      String shown = run(0, "dead-letters", "show", "--pipeline", pipeline, "--payload");
      assertThat(shown)
          .hasLineCount(4)
          .containsPattern("messages-0-1  DESERIALIZE  INVALID_JSON +1  Cannot decode value")
          .containsPattern("messages-0-2  TOKENIZE     TOO_MANY_TOKENS +1  Cannot run task")
          .contains("payload  {\"id\":\n");
      assertThat(run(0, "dead-letters", "replay", "--pipeline", pipeline, "--dry-run"))
          .isEqualTo("2 would be sent to messages\n");
      String chosen = "--where=stage=TOKENIZE,DESERIALIZE";
      assertThat(run(0, "dead-letters", "replay", "--pipeline", pipeline, chosen))
          .isEqualTo("2 sent to messages\n");
      assertThat(run(1, "dead-letters", "replay", "--pipeline", pipeline, chosen))
          .containsPattern(
              "Cannot send messages-0-1 again: it was replayed at 20\\d\\d-.*; --force")
          .endsWith("0 sent to messages\n");
      assertThat(run(0, "dead-letters", "show", "--pipeline", pipeline))
          .hasLineCount(4)
          .containsPattern("messages-0-2  TOKENIZE[^\n]*\nreplayed 20\\d\\d-");
      assertThat(run(0, "dead-letters", "replay", "--pipeline", pipeline, "--force", "--dry-run"))
          .isEqualTo("2 would be sent to messages\n");
      Files.writeString(
          Path.of(pipeline), "overlong: truncate\n" + Files.readString(Path.of(pipeline)));
      run(0, "run", pipeline, "--bounded", "--web-port", "0");

      assertThat(run(0, "sql", "--pipeline", pipeline, "--format", "csv", "-e", IDS))
          .isEqualTo("id\r\na\r\nlong\r\n");
      assertThat(run(0, "dead-letters", "show", "--pipeline", pipeline, "--where=attempts=2"))
          .hasLineCount(1)
          .containsPattern("messages-0-[34]  DESERIALIZE");
    }
  }

  /** A process that is suspended in the middle of it: as a laptop is, or a virtual machine. */
  @ParameterizedTest
  @CsvSource({"1 min, false", "3 s, true"})
  void aReplayThatIsSuspendedSendsAllOrSaysHowFarItCame(String timeout, boolean untilAborted)
      throws IOException, InterruptedException, ExecutionException {
    try (EmbeddedKafka kafka =
        EmbeddedKafka.start(
            Map.of("transaction.abort.timed.out.transaction.cleanup.interval.ms", "200"))) {
      kafka.createTopics(1, "messages", "enriched", "dead-letters");
      send(kafka, Collections.nCopies(LETTERS, "{\"id\":").toArray(String[]::new));
      String pipeline = pipeline(kafka);
      run(0, "run", pipeline, "--bounded", "--web-port", "0");
      String read = Files.readString(Path.of(pipeline));
      Files.writeString(
          Path.of(pipeline),
          read.replace(
              "sink: { topic: enriched }",
              "sink: { topic: enriched, transaction-timeout: %s }".formatted(timeout)));

      Process replay =
          TestingCommand.start(LOCALE, "dead-letters", "replay", "--pipeline", pipeline);
      while (end(kafka, IsolationLevel.READ_UNCOMMITTED) == LETTERS) {
        assertThat(replay.isAlive()).isTrue();
      }
      signal(replay, "STOP");
      if (untilAborted) {
        while (end(kafka, IsolationLevel.READ_COMMITTED)
            < end(kafka, IsolationLevel.READ_UNCOMMITTED)) {
          TimeUnit.MILLISECONDS.sleep(100);
        }
      } else {
        TimeUnit.SECONDS.sleep(2);
      }
      signal(replay, "CONT");
      TestingCommand ended = TestingCommand.ended(replay);

      Matcher said =
          Pattern.compile("; the first (\\d+) were sent, the others were not").matcher(ended.err());
      if (untilAborted) {
        assertThat(ended.exitCode()).as(ended.out() + ended.err()).isEqualTo(1);
        assertThat(said.find()).as(ended.err()).isTrue();
      } else {
        assertThat(ended.exitCode()).as(ended.out() + ended.err()).isZero();
      }
      int sent = untilAborted ? Integer.parseInt(said.group(1)) : LETTERS;
      assertThat(readable(kafka)).isEqualTo(LETTERS + sent);
    }
  }

  @Test
  void aTransactionTimeoutThatTheBrokerRefusesIsSaidBeforeTheJobRuns()
      throws IOException, InterruptedException, ExecutionException {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(Map.of("transaction.max.timeout.ms", "60000"))) {
      kafka.createTopics(1, "messages", "enriched", "dead-letters");
      String pipeline = pipeline(kafka);

      assertThat(run(1, "run", pipeline, "--bounded", "--web-port", "0"))
          .isEqualTo(
              "flanstream: Cannot run pipeline: sink.transaction-timeout must be at most 1 min, the"
                  + " transaction.max.timeout.ms of Kafka at %s, got 10 min\n",
              kafka.bootstrapServers());
    }
  }

  private static void signal(Process process, String name)
      throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
  }

  private static long end(EmbeddedKafka kafka, IsolationLevel isolation)
      throws ExecutionException, InterruptedException {
    TopicPartition partition = new TopicPartition("messages", 0);
    try (Admin admin = Admin.create(client(kafka))) {
      return admin
          .listOffsets(Map.of(partition, OffsetSpec.latest()), new ListOffsetsOptions(isolation))
          .partitionResult(partition)
          .get()
          .offset();
    }
  }

  /** How many records of the source's topic are committed. */
  private static int readable(EmbeddedKafka kafka) throws ExecutionException, InterruptedException {
    Map<String, Object> client = client(kafka);
    client.put("isolation.level", "read_committed");
    TopicPartition partition = new TopicPartition("messages", 0);
    long end = end(kafka, IsolationLevel.READ_COMMITTED);
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(client, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      int records = 0;
      while (consumer.position(partition) < end) {
        records += consumer.poll(Duration.ofMillis(100)).count();
      }
      return records;
    }
  }

  private static Map<String, Object> client(EmbeddedKafka kafka) {
    return new HashMap<>(Map.of("bootstrap.servers", kafka.bootstrapServers()));
  }

  private String pipeline(EmbeddedKafka kafka) throws IOException {
    Path checkpoint =
        TestingCommand.ROOT.resolve("model-operator/runtime/src/test/resources/golden/ul2");
    String yaml =
        """
        name: test
        kafka: { bootstrap-servers: "%s" }
        source: { topic: messages }
        model: { path: "%s", max-input-tokens: 200 }
        tasks: [ { name: intent, type: classification, labels: [refund, card, booking] } ]
        sink: { topic: enriched }
        dead-letters: { topic: dead-letters }
        job: { checkpoint-interval: 500 ms }
        """
            .formatted(kafka.bootstrapServers(), checkpoint);
    return Files.writeString(directory.resolve("pipeline.yaml"), yaml).toString();
  }

  private static String run(int exitCode, String... arguments)
      throws IOException, InterruptedException {
    TestingCommand command = TestingCommands.run(LOCALE, "", arguments);
    String said = command.out() + command.err();
    assertThat(command.exitCode()).as(said).isEqualTo(exitCode);
    return said;
  }

  private static void send(EmbeddedKafka kafka, String... values)
      throws ExecutionException, InterruptedException {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (String value : values) {
        var unusedMetadata = producer.send(new ProducerRecord<>("messages", value.getBytes(UTF_8)));
      }
      producer.flush();
    }
  }
}
