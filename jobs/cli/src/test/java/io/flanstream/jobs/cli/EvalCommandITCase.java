package io.flanstream.jobs.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flanstream.jobs.broker.EmbeddedKafka;
import io.flanstream.jobs.eval.LabelledTopic;
import io.flanstream.jobs.eval.LineForm;
import io.flanstream.jobs.eval.OffsetUnit;
import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.pipeline.PipelineFile;
import io.flanstream.jobs.terminal.CommandException;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.assertj.core.util.DoubleComparator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code flanstream eval} over the demo's messages. */
@Timeout(600)
class EvalCommandITCase {
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final String PIPELINE =
      TestingCommand.ROOT.resolve("deploy/demo/pipeline.yaml").toString();
  private static final Path LABELLED = TestingCommand.ROOT.resolve("deploy/demo/labelled.jsonl");

  @TempDir private Path directory;

  @Test
  void figuresAreThoseOfThePredictions()
      throws IOException, InterruptedException, ExecutionException {
    Path predictions = directory.resolve("predictions.jsonl");
    Path html = directory.resolve("page.html");
    TestingCommand command =
        TestingCommand.run(
            "",
            "eval",
            "--pipeline",
            PIPELINE,
            "--labelled",
            LABELLED.toString(),
            "--format",
            "json",
            "--predictions",
            predictions.toString(),
            "--html",
            html.toString());

    assertThat(command.exitCode()).as(command.err()).isZero();
    assertThat(command.err()).contains("358 records in");
    Map<String, String> given = new HashMap<>();
    for (String line : Files.readAllLines(predictions)) {
      JsonNode event = MAPPER.readTree(line);
      given.put(
          event.get("id").textValue(),
          event.get("classifications").get(0).get("label").textValue());
    }
    int labelled = 0;
    int right = 0;
    for (String line : Files.readString(LABELLED).strip().split("\n")) {
      JsonNode text = MAPPER.readTree(line);
      String gold = text.get("gold").get("intent").textValue();
      labelled += gold == null ? 0 : 1;
      right += gold != null && gold.equals(given.get(text.get("id").textValue())) ? 1 : 0;
    }
    JsonNode intent = MAPPER.readTree(command.out()).get("tasks").get(0);
    assertThat(labelled).isEqualTo(334);
    assertThat(right).isGreaterThan(300);
    assertThat(intent.get("right").intValue()).isEqualTo(right);
    assertThat(intent.get("accuracy").doubleValue())
        .isCloseTo((double) right / labelled, within(1e-12));
    assertThat(Files.readString(html)).startsWith("<!DOCTYPE html>").doesNotContain("<script");
  }

  /** One result is larger than what Flink's collect holds unless told otherwise. */
  @Test
  void aTopicGivesTheFiguresOfAFile() throws IOException, InterruptedException, ExecutionException {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      texts.add(
          labelled(
              i, "I lost my card ".repeat(i + 1), List.of("refund", "card").get(i % 2), "short"));
    }
    texts.add(labelled(9, "a table", "booking", "x".repeat(3_000_000)));
    Path file = Files.writeString(directory.resolve("texts.jsonl"), String.join("\n", texts));
    try (EmbeddedKafka kafka = EmbeddedKafka.start(Map.of("message.max.bytes", "8000000"))) {
      kafka.createTopics(2, "labelled", "wrong");
      String pipeline = largeRecords(kafka);
      send(kafka, "labelled", texts);
      send(kafka, "wrong", List.of(texts.get(0), texts.get(1), texts.get(0), "{"));

      JsonNode fromFile = figures("--pipeline", pipeline, "--labelled", file.toString());
      JsonNode fromTopic = figures("--pipeline", pipeline, "--labelled-topic", "labelled");

      assertThat(fromFile.get("texts").intValue()).isEqualTo(10);
      assertThat(fromFile.get("failures")).isEmpty();
      assertThat(fromFile.get("tasks").get(0).get("mistakes")).isNotEmpty();
      assertThat(withoutPlaces(fromTopic))
          .usingRecursiveComparison()
          .ignoringCollectionOrder()
          .withComparatorForType(new DoubleComparator(1e-6), Double.class)
          .isEqualTo(withoutPlaces(fromFile));
      Pipeline read = PipelineFile.read(Path.of(pipeline));
      assertThatThrownBy(
              () -> LabelledTopic.read(read, "wrong", LineForm.SOURCE, OffsetUnit.CODEPOINTS))
          .isInstanceOf(CommandException.class)
          .hasMessageContainingAll(
              "Cannot use topic wrong: 2 faults",
              "partition 0, offset 1: id 0 is that of partition 0, offset 0 too",
              "partition 1, offset 1: it must be a JSON object");
      assertThatThrownBy(
              () -> LabelledTopic.read(read, "missing", LineForm.SOURCE, OffsetUnit.CODEPOINTS))
          .hasMessage(
              "Cannot read topic: Kafka at %s has no topic missing"
                  .formatted(kafka.bootstrapServers()));
    }
  }

  private static String labelled(int id, String text, String intent, String note) {
    return "{\"id\":\"%s\",\"body\":\"%s\",\"gold\":{\"intent\":\"%s\"},\"note\":\"%s\"}"
        .formatted(id, text, intent, note);
  }

  private String largeRecords(EmbeddedKafka kafka) throws IOException {
    Path checkpoint =
        TestingCommand.ROOT.resolve("model-operator/runtime/src/test/resources/golden/ul2");
    String yaml =
        """
        name: large
        kafka: { bootstrap-servers: "%s" }
        source: { topic: messages, text: body, attributes: [note] }
        model: { path: "%s" }
        tasks: [ { name: intent, type: classification, labels: [refund, card, booking] } ]
        sink: { topic: enriched, max-record-size: 8 mb }
        dead-letters: { topic: dead-letters }
        """
            .formatted(kafka.bootstrapServers(), checkpoint);
    return Files.writeString(directory.resolve("pipeline.yaml"), yaml).toString();
  }

  private static void send(EmbeddedKafka kafka, String topic, List<String> values)
      throws ExecutionException, InterruptedException {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka.bootstrapServers(), "max.request.size", "8000000"),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (int i = 0; i < values.size(); i++) {
        producer
            .send(new ProducerRecord<>(topic, i % 2, null, values.get(i).getBytes(UTF_8)))
            .get();
      }
    }
  }

  private static JsonNode figures(String... arguments)
      throws IOException, InterruptedException, ExecutionException {
    TestingCommand command =
        TestingCommand.run(
            "",
            Stream.concat(Stream.of("eval", "--format", "json"), Stream.of(arguments))
                .toArray(String[]::new));
    assertThat(command.exitCode()).as(command.err()).isZero();
    return MAPPER.readTree(command.out());
  }

  private static Map<String, Object> withoutPlaces(JsonNode figures) {
    ObjectNode copy = figures.deepCopy();
    copy.remove("labelled");
    copy.get("tasks").get(0).get("mistakes").forEach(one -> ((ObjectNode) one).remove("place"));
    return MAPPER.convertValue(copy, new TypeReference<>() {});
  }

  /** Together more than what the job may hold until it is fetched. */
  @Test
  void textsThatFailAreNamed() throws IOException, InterruptedException, ExecutionException {
    Path file = directory.resolve("long.jsonl");
    String text = "word ".repeat(40_000);
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      for (int i = 0; i < 40; i++) {
        out.write(
            "{\"id\":\"%s\",\"text\":\"%s\",\"gold\":{\"intent\":null}}\n".formatted(i, text));
      }
      out.write("{\"id\":\"short\",\"text\":\"I lost my card\",\"gold\":{\"intent\":null}}\n");
    }
    TestingCommand command =
        TestingCommand.run("", "eval", "--pipeline", PIPELINE, "--labelled", file.toString());

    assertThat(command.exitCode()).as(command.err()).isEqualTo(1);
    assertThat(command.out())
        .contains("41 texts, 40 failed", "Failed: 40", "line 1  TOO_MANY_TOKENS", "and 30 more");
  }

  @Test
  void aModelThatIsNotThereIsNamed() throws IOException, InterruptedException, ExecutionException {
    Path pipeline = directory.resolve("no-model.yaml");
    Files.writeString(
        pipeline, Files.readString(Path.of(PIPELINE)).replaceFirst("path: \\S+", "path: nowhere"));
    TestingCommand command =
        TestingCommand.run(
            "", "eval", "--pipeline", pipeline.toString(), "--labelled", LABELLED.toString());

    assertThat(command.exitCode()).isEqualTo(1);
    assertThat(command.err())
        .contains(
            "flanstream: Job failed: Cannot open checkpoint: %s is not a directory\n"
                .formatted(directory.resolve("nowhere")));
  }

  @Test
  void wrongLinesAreNamed() throws IOException, InterruptedException, ExecutionException {
    Path wrong = directory.resolve("wrong.jsonl");
    Files.writeString(
        wrong,
        """
        {"id":"a","text":"card lost","gold":{"intent":"change_pin"}}
        {"id":"a","text":"card lost","gold":{"intent":"change_pin"}}
        {"id":"b","text":"card lost","gold":{"intent":"nonsense"}}
        {"id":"c","text":"at 8pm","gold":{"details":[{"name":"time","value":"8pm","start":2,"end":6}]}}
        {"id":"d"
        """);
    TestingCommand command =
        TestingCommand.run("", "eval", "--pipeline", PIPELINE, "--labelled", wrong.toString());

    assertThat(command.exitCode()).isEqualTo(1);
    assertThat(command.err())
        .contains("4 faults")
        .contains("line 2: id a is that of line 1 too")
        .contains("line 3: gold.intent must be among the labels")
        .contains("line 4: gold.details[0].value must be the text from start to end")
        .contains("line 5: it must be a JSON object");
  }
}
