package io.flanstream.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flanstream.jobs.broker.EmbeddedKafka;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that have a pipeline, with one Kafka between them. */
class PipelineCommandsITCase {
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final String GOOD =
      """
      {"id":"a","text":"card lost","eventTime":"2026-03-02T09:14:05Z","channel":"bank"}
      {"id":"b","text":"refund booking","eventTime":"2026-03-02T09:14:06Z"}
      """;
  private static final String BAD =
      """
      {"id":"c","text":"  "}
      {"id":"d","text":
      {"id":"e"}
      {"id":"f","text":"%s"}
      """
          .formatted("people ".repeat(60));

  @TempDir private Path directory;

  @Test
  void enrichAnswersGoodLinesAndSaysWhatIsWrongWithTheOthers()
      throws IOException, InterruptedException, ExecutionException {
    Path pipeline = pipeline("localhost:1");
    TestingCommand command =
        TestingCommand.run(GOOD + BAD + GOOD, "enrich", "--pipeline", pipeline.toString());

    assertThat(command.err()).isEmpty();
    assertThat(command.exitCode()).isEqualTo(1);
    List<JsonNode> answers = json(command);
    assertThat(answers).hasSize(8);
    JsonNode first = answers.get(0);
    assertThat(first.get("id").textValue()).isEqualTo("a");
    assertThat(first.get("eventTime").textValue()).isEqualTo("2026-03-02T09:14:05Z");
    assertThat(first.get("attributes")).isEqualTo(MAPPER.readTree("{\"channel\":\"bank\"}"));
    assertThat(first.get("text").textValue()).isEqualTo("card lost");
    assertThat(first.get("classifications").get(0).get("task").textValue()).isEqualTo("intent");
    assertThat(first.get("extractions").get(0).get("task").textValue()).isEqualTo("details");
    assertThat(answers.subList(2, 6))
        .extracting(
            answer -> answer.get("line").intValue(),
            answer -> answer.get("id").asText(),
            answer -> answer.get("error").get("code").textValue())
        .containsExactly(
            tuple(3, "c", "EMPTY_TEXT"),
            tuple(4, "null", "INVALID_JSON"),
            tuple(5, "e", "MISSING_TEXT"),
            tuple(6, "f", "TOO_MANY_TOKENS"));
    assertThat(answers.get(6).get("classifications")).isEqualTo(first.get("classifications"));
  }

  @Test
  void enrichReadsLinesAsTheSourceReadsValues()
      throws IOException, InterruptedException, ExecutionException {
    Path csv =
        pipelineReading(
            "format: csv, csv-columns: [number, day, body], text: body, id: number, event-time: day");
    String rows = "7,2026-03-02T09:14:05Z,\"card, lost\"\r\n8,2026-03-02T09:14:06Z\n";

    List<JsonNode> answers = json(TestingCommand.run(rows, "enrich", "--pipeline", csv.toString()));

    assertThat(answers).hasSize(2);
    assertThat(answers.get(0).get("id").textValue()).isEqualTo("7");
    assertThat(answers.get(0).get("text").textValue()).isEqualTo("card, lost");
    assertThat(answers.get(0).get("eventTime").textValue()).isEqualTo("2026-03-02T09:14:05Z");
    assertThat(answers.get(1).get("error").get("message").textValue())
        .startsWith("Cannot decode value: it must be one row of CSV with 3 columns: ");

    TestingCommand binary =
        TestingCommand.run("", "enrich", "--pipeline", pipelineReading("format: avro").toString());
    assertThat(binary.exitCode()).isEqualTo(1);
    assertThat(binary.err())
        .isEqualTo(
            "flanstream: Cannot read lines: --lines must be base64, the value of a record a line, or plain, {\"id\", \"text\"} a line, where source.format is avro\n");
  }

  @Test
  void runSaysWhichPathLeadsToNothing()
      throws IOException, InterruptedException, ExecutionException {
    try (EmbeddedKafka kafka = EmbeddedKafka.start()) {
      kafka.createTopics(1, "messages");
      Path pipeline = pipeline(kafka.bootstrapServers());
      Files.writeString(
          pipeline,
          Files.readString(pipeline).replace("[channel]", "[channel, /customer/tier], id: number"));
      send(kafka, GOOD.repeat(51));

      TestingCommand run =
          TestingCommand.run(
              "", "run", pipeline.toString(), "--bounded", "--create-topics", "--web-port", "0");

      assertThat(run.exitCode()).as(run.err()).isZero();
      assertThat(run.out().lines().filter(line -> line.startsWith("Note: ")))
          .containsExactlyInAnyOrder(
              "Note: source.id: \"number\" is in none of the first 100 records, which have channel, eventTime, id, text",
              "Note: source.attributes: \"/customer/tier\" is in none of the first 100 records, which have channel, eventTime, id, text");
    }
  }

  @Test
  void runMovesATopicAndSqlReadsWhatCameOut()
      throws IOException, InterruptedException, ExecutionException {
    try (EmbeddedKafka kafka = EmbeddedKafka.start()) {
      kafka.createTopics(2, "messages");
      Path pipeline = pipeline(kafka.bootstrapServers());
      send(kafka, GOOD + BAD);

      TestingCommand missing = TestingCommand.run("", "run", pipeline.toString(), "--bounded");
      assertThat(missing.exitCode()).isEqualTo(1);
      assertThat(missing.err())
          .isEqualTo(
              "flanstream: Cannot run pipeline: Kafka at %s has no topic enriched, dead-letters; --create-topics creates it\n"
                  .formatted(kafka.bootstrapServers()));

      TestingCommand run =
          TestingCommand.run(
              "", "run", pipeline.toString(), "--bounded", "--create-topics", "--web-port", "0");
      assertThat(run.err())
          .isEqualTo(
              "Creating topic enriched: partitions 2, replication 1\nCreating topic dead-letters: partitions 2, replication 1\n");
      assertThat(run.exitCode()).isZero();
      assertThat(run.out())
          .startsWith("Running test: messages -> enriched, dead letters -> dead-letters\n")
          .containsPattern("Web page  http://127.0.0.1:\\d+\n")
          .containsPattern("Done in [\\d.]+ s\n6 read   2 enriched   4 dead letters\n");

      Path noModel = directory.resolve("no-model.yaml");
      Files.writeString(
          noModel, Files.readString(pipeline).replaceFirst("path: \"[^\"]*\"", "path: nowhere"));
      TestingCommand failed =
          TestingCommand.run("", "run", noModel.toString(), "--bounded", "--web-port", "0");
      assertThat(failed.exitCode()).isEqualTo(1);
      assertThat(failed.out()).isEmpty();
      assertThat(failed.err())
          .isEqualTo(
              "flanstream: Cannot open checkpoint: %s is not a directory\n"
                  .formatted(directory.resolve("nowhere")));

      assertThat(sql(pipeline, "SELECT code FROM dead_letters ORDER BY code;", "csv").out())
          .isEqualTo("code\r\nEMPTY_TEXT\r\nINVALID_JSON\r\nMISSING_TEXT\r\nTOO_MANY_TOKENS\r\n");
      TestingCommand wrong = sql(pipeline, "SELECT x FROM enriched", "csv");
      assertThat(wrong.exitCode()).isEqualTo(1);
      assertThat(wrong.err())
          .isEqualTo(
              "flanstream: Cannot run statement: Column 'x' not found in any table (line 1, column 8)\n");

      List<JsonNode> fromTopic =
          json(
              sql(
                  pipeline,
                  "SELECT id, classifications, extractions FROM enriched ORDER BY id",
                  "json"));
      List<JsonNode> fromEnrich =
          json(TestingCommand.run(GOOD, "enrich", "--pipeline", pipeline.toString())).stream()
              .sorted(Comparator.comparing(event -> event.get("id").textValue()))
              .toList();
      assertThat(fromTopic.stream().map(PipelineCommandsITCase::labelsAndSpans))
          .isEqualTo(fromEnrich.stream().map(PipelineCommandsITCase::labelsAndSpans).toList());
    }
  }

  @Test
  void sqlReadsStatementsFromStandardInput()
      throws IOException, InterruptedException, ExecutionException {
    try (EmbeddedKafka kafka = EmbeddedKafka.start()) {
      kafka.createTopics(1, "enriched", "dead-letters");
      Path pipeline = pipeline(kafka.bootstrapServers());
      TestingCommand command =
          TestingCommand.run(
              "SHOW TABLES; SELECT COUNT(*) AS n\nFROM enriched;",
              "sql",
              "--pipeline",
              pipeline.toString(),
              "--format",
              "json");
      assertThat(command.err()).isEmpty();
      assertThat(command.out())
          .isEqualTo(
              """
              {"table name":"answers"}
              {"table name":"classifications"}
              {"table name":"connection"}
              {"table name":"dead_letters"}
              {"table name":"enriched"}
              {"table name":"extractions"}
              {"n":0}
              """);
    }
  }

  @Test
  void aKafkaThatIsNotThereIsSaidClearly()
      throws IOException, InterruptedException, ExecutionException {
    TestingCommand command = TestingCommand.run("", "run", pipeline("127.0.0.1:1").toString());
    assertThat(command.exitCode()).isEqualTo(1);
    assertThat(command.err()).startsWith("flanstream: Cannot ask Kafka at 127.0.0.1:1: ");
  }

  /** Flink starts beside the question whether all is there. */
  @Test
  void sqlThatCannotBeginLeavesNoFlinkBehind()
      throws IOException, InterruptedException, ExecutionException {
    Path temporary = Files.createDirectory(directory.resolve("tmp"));
    try (EmbeddedKafka kafka = EmbeddedKafka.start()) {
      Path file = pipeline(kafka.bootstrapServers());
      Files.writeString(
          file, Files.readString(file) + "registry: { url: \"http://127.0.0.1:1\" }\n");
      TestingCommand command =
          TestingCommand.ended(
              TestingCommand.start(
                  List.of("-Djava.io.tmpdir=" + temporary),
                  "sql",
                  "--pipeline",
                  file.toString(),
                  "-e",
                  "SHOW TABLES"));

      assertThat(command.exitCode()).isEqualTo(1);
      assertThat(command.err()).startsWith("flanstream: Cannot ").contains("http://127.0.0.1:1");
      assertThat(temporary).isDirectoryNotContaining("glob:**/flanstream-flink-*");
    }
  }

  /** Somebody else's, say: what Flink would have for everybody on a machine is in nobody's way. */
  @Test
  void queriesRunWhereNobodyMayWriteToFlinksOwnDirectory()
      throws IOException, InterruptedException, ExecutionException {
    Path temporary = Files.createDirectory(directory.resolve("tmp"));
    Files.createFile(temporary.resolve("flink-web-upload"));
    try (EmbeddedKafka kafka = EmbeddedKafka.start()) {
      TestingCommand command =
          TestingCommand.ended(
              TestingCommand.start(
                  List.of("-Djava.io.tmpdir=" + temporary),
                  "sql",
                  "--pipeline",
                  pipeline(kafka.bootstrapServers()).toString(),
                  "--format",
                  "csv",
                  "-e",
                  "SELECT COUNT(*) FROM (VALUES (1), (2))"));

      assertThat(command.err()).isEmpty();
      assertThat(command.out().lines()).endsWith("2");
      assertThat(temporary).isDirectoryNotContaining("glob:**/flanstream-flink-*");
    }
  }

  private static TestingCommand sql(Path pipeline, String query, String format)
      throws IOException, InterruptedException, ExecutionException {
    return TestingCommand.run(
        "", "sql", "--pipeline", pipeline.toString(), "-e", query, "--format", format);
  }

  private Path pipeline(String bootstrapServers) throws IOException {
    Path checkpoint =
        TestingCommand.ROOT.resolve("model-operator/runtime/src/test/resources/golden/ul2");
    String yaml =
        """
        name: test
        kafka: { bootstrap-servers: "%s" }
        source: { topic: messages, attributes: [channel], from: earliest }
        model: { path: "%s", max-input-tokens: 200 }
        tasks:
          - { name: intent, type: classification, labels: [refund, card, booking] }
          - { name: details, type: extraction, fields: [people, card] }
        sink: { topic: enriched }
        dead-letters: { topic: dead-letters }
        job: { checkpoint-interval: 500 ms }
        """
            .formatted(bootstrapServers, checkpoint);
    return Files.writeString(directory.resolve("pipeline.yaml"), yaml);
  }

  private Path pipelineReading(String form) throws IOException {
    Path file = pipeline("localhost:1");
    return Files.writeString(file, Files.readString(file).replace("attributes: [channel]", form));
  }

  private static void send(EmbeddedKafka kafka, String lines)
      throws ExecutionException, InterruptedException {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (String line : lines.lines().toList()) {
        producer
            .send(new ProducerRecord<>("messages", line.getBytes(StandardCharsets.UTF_8)))
            .get();
      }
    }
  }

  /** Labels, and fields by their places; scores may differ by the batch's float tolerance. */
  private static ObjectNode labelsAndSpans(JsonNode event) {
    ObjectNode json = MAPPER.createObjectNode();
    json.set("id", event.get("id"));
    ArrayNode labels = json.putArray("labels");
    event.get("classifications").forEach(label -> labels.add(label.get("label")));
    ArrayNode fields = json.putArray("fields");
    for (JsonNode field : event.get("extractions").get(0).get("fields")) {
      fields.addArray().add(field.get("name")).add(field.get("start")).add(field.get("end"));
    }
    return json;
  }

  private static List<JsonNode> json(TestingCommand command) {
    return command.out().lines().map(PipelineCommandsITCase::parse).toList();
  }

  private static JsonNode parse(String line) {
    try {
      return MAPPER.readTree(line);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
