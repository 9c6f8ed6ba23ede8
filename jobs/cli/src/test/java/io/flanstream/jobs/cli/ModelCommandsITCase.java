package io.flanstream.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

class ModelCommandsITCase {
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final Path CHECKPOINT =
      TestingCommand.ROOT.resolve("model-operator/runtime/src/test/resources/golden/ul2");

  @Test
  void scoresEqualTransformersInTheOrderOfTheLines()
      throws IOException, InterruptedException, ExecutionException {
    JsonNode golden = golden("scores");
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < golden.size(); i++) {
      ObjectNode line = MAPPER.createObjectNode().put("id", "s-" + i);
      line.set("prompt", golden.get(i).get("prompt"));
      line.set("choices", golden.get(i).get("choices"));
      lines.append(line).append('\n');
    }
    TestingCommand command = run(lines.toString(), "score");

    assertThat(command.err()).isEmpty();
    assertThat(command.exitCode()).isZero();
    List<JsonNode> answers = json(command);
    assertThat(answers).hasSize(golden.size());
    for (int i = 0; i < golden.size(); i++) {
      assertThat(answers.get(i).get("id").textValue()).isEqualTo("s-" + i);
      JsonNode expected = golden.get(i).get("logprobs");
      assertThat(answers.get(i).get("logprobs")).hasSize(expected.size());
      for (int choice = 0; choice < expected.size(); choice++) {
        assertThat(answers.get(i).get("logprobs").get(choice).doubleValue())
            .isEqualTo(expected.get(choice).doubleValue(), within(1e-4));
      }
    }
  }

  @Test
  void generatesWhatTransformersGenerates()
      throws IOException, InterruptedException, ExecutionException {
    JsonNode golden = golden("generations");
    int length = golden.get(0).get("maxNewTokens").intValue();
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < golden.size(); i++) {
      ObjectNode line = MAPPER.createObjectNode().put("id", i);
      lines.append(line.set("prompt", golden.get(i).get("prompt")).toString()).append('\n');
    }
    TestingCommand command =
        run(lines.toString(), "generate", "--max-new-tokens", String.valueOf(length));

    assertThat(command.exitCode()).isZero();
    List<JsonNode> answers = json(command);
    assertThat(answers).hasSize(golden.size());
    for (int i = 0; i < golden.size(); i++) {
      JsonNode expected = golden.get(i);
      assertThat(expected.get("maxNewTokens").intValue()).isEqualTo(length);
      assertThat(answers.get(i).get("id").intValue()).isEqualTo(i);
      assertThat(answers.get(i).get("tokenIds")).isEqualTo(expected.get("tokenIds"));
      double sum = 0;
      for (JsonNode logprob : expected.get("logprobs")) {
        sum += logprob.doubleValue();
      }
      assertThat(answers.get(i).get("logprob").doubleValue()).isEqualTo(sum, within(1e-3));
    }
  }

  @Test
  void searchesByBeamsAsTransformersDoes()
      throws IOException, InterruptedException, ExecutionException {
    JsonNode text = beamSearch();
    List<String> arguments = new ArrayList<>();
    text.get("options")
        .properties()
        .forEach(
            option -> {
              arguments.add("--" + option.getKey().replace('_', '-'));
              arguments.add(option.getValue().asText());
            });
    String line = MAPPER.createObjectNode().set("prompt", text.get("prompt")).toString();
    TestingCommand command = run(line, "generate", arguments.toArray(String[]::new));

    assertThat(command.err()).isEmpty();
    assertThat(arguments).contains("--num-beams", "--no-repeat-ngram-size", "--early-stopping");
    assertThat(json(command))
        .singleElement()
        .satisfies(answer -> assertThat(answer.get("tokenIds")).isEqualTo(text.get("tokenIds")));
  }

  /** One that ends at the model's own end token. */
  private static JsonNode beamSearch() throws IOException {
    for (JsonNode text :
        MAPPER.readTree(CHECKPOINT.resolve("decoding.json").toFile()).get("texts")) {
      JsonNode options = text.get("options");
      if (text.get("endId").intValue() == 1
          && options.has("num_beams")
          && options.has("no_repeat_ngram_size")) {
        return text;
      }
    }
    throw new AssertionError("there must be a beam search");
  }

  @Test
  void drawsTheSameFromTheSameSeed() throws IOException, InterruptedException, ExecutionException {
    String lines =
        """
        {"prompt":"people"}
        {"prompt":"people"}
        {"prompt":"people","seed":8}
        {"prompt":"people","seed":7}
        {"prompt":"people","seed":0.5}
        """;
    TestingCommand command =
        run(
            lines,
            "generate",
            "--do-sample",
            "--top-k",
            "0",
            "--seed",
            "7",
            "--min-new-tokens",
            "9");

    assertThat(command.exitCode()).isEqualTo(1);
    List<JsonNode> answers = json(command);
    List<JsonNode> tokens = answers.stream().map(answer -> answer.path("tokenIds")).toList();
    assertThat(tokens.get(0)).isEqualTo(tokens.get(1)).isEqualTo(tokens.get(3));
    assertThat(tokens.get(2)).isNotEqualTo(tokens.get(0));
    assertThat(answers.get(4).get("error").get("message").textValue())
        .isEqualTo("Cannot answer: seed must be a whole number of 64 bits, got 0.5");
  }

  @Test
  void argumentsThatDoNotFitAreAFaultOfUsage()
      throws IOException, InterruptedException, ExecutionException {
    TestingCommand command = run("", "generate", "--do-sample", "--num-beams", "4");
    assertThat(command.exitCode()).isEqualTo(2);
    assertThat(command.err())
        .contains("Cannot generate: num-beams must be 1 where do-sample is true, got 4");
  }

  @Test
  void aBadLineCostsItselfOnly() throws IOException, InterruptedException, ExecutionException {
    TestingCommand command =
        run(
            """
            {"id":"a","prompt":"people","choices":["card","refund"]}

            {"id":"b","prompt":"people"}
            {"id":"c","prompt":"people","choices":["card","card"]}
            {"id":"d",
            ["people"]
            {"id":"e","prompt":"people people people people","choices":["card"]}
            {"prompt":"people","choices":["card","refund"]}
            """,
            "score",
            "--set",
            "model.max-input-tokens=8");

    assertThat(command.exitCode()).isEqualTo(1);
    List<JsonNode> answers = json(command);
    assertThat(answers).hasSize(7);
    assertThat(answers.get(0).get("logprobs")).hasSize(2);
    assertThat(answers.subList(1, 6))
        .extracting(
            answer -> answer.get("line").intValue(),
            answer -> answer.get("id").asText(),
            answer -> answer.get("error").get("code").textValue())
        .containsExactly(
            tuple(3, "b", "INVALID_REQUEST"),
            tuple(4, "c", "INVALID_REQUEST"),
            tuple(5, "null", "INVALID_JSON"),
            tuple(6, "null", "INVALID_JSON"),
            tuple(7, "e", "TOO_MANY_TOKENS"));
    assertThat(answers.get(6).get("id").isNull()).isTrue();
    assertThat(answers.get(6).get("logprobs")).isEqualTo(answers.get(0).get("logprobs"));
  }

  @Test
  void saysWhatACheckpointIs() throws IOException, InterruptedException, ExecutionException {
    TestingCommand command =
        TestingCommand.run("", "model", "info", CHECKPOINT.toString(), "--json");
    JsonNode facts = json(command).get(0);
    assertThat(facts.get("config").get("activation").textValue()).isEqualTo("gated silu");
    assertThat(facts.get("dtype").textValue()).isEqualTo("float32");
    assertThat(facts.get("files").intValue()).isEqualTo(3);
    assertThat(facts.get("bytes").longValue()).isEqualTo(4 * facts.get("parameters").longValue());
    assertThat(facts.get("weightsHash").textValue()).matches("[0-9a-f]{64}");
    assertThat(TestingCommand.run("", "model", "info", CHECKPOINT.toString()).out())
        .contains("weights hash        " + facts.get("weightsHash").textValue());
  }

  private static TestingCommand run(String input, String command, String... more)
      throws IOException, InterruptedException, ExecutionException {
    String[] arguments = new String[more.length + 4];
    arguments[0] = "model";
    arguments[1] = command;
    arguments[2] = "--model";
    arguments[3] = CHECKPOINT.toString();
    System.arraycopy(more, 0, arguments, 4, more.length);
    return TestingCommand.run(input, arguments);
  }

  private static List<JsonNode> json(TestingCommand command) {
    return command.out().lines().map(ModelCommandsITCase::parse).toList();
  }

  private static JsonNode parse(String line) {
    try {
      return MAPPER.readTree(line);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode golden(String part) throws IOException {
    return MAPPER.readTree(CHECKPOINT.resolve("expected.json").toFile()).get(part);
  }
}
