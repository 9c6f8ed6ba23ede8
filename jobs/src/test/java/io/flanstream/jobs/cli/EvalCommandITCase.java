package io.flanstream.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code flanstream eval} in a process of its own, over the demo's messages. */
@Timeout(300)
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

  /** Together more than what the job may hold until it is fetched. */
  @Test
  void textsThatFailAreNamed() throws IOException, InterruptedException, ExecutionException {
    Path file = directory.resolve("long.jsonl");
    String text = "word ".repeat(40_000);
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      for (int i = 0; i < 40; i++) {
        out.write(
            "{\"id\":\"%d\",\"text\":\"%s\",\"gold\":{\"intent\":null}}\n".formatted(i, text));
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
