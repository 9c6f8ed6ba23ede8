package io.flanstream.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The commands on every layout that T5-family repositories have, held to transformers 5. */
class CheckpointLayoutsITCase {
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final Path LAYOUTS =
      TestingCommand.ROOT.resolve("model-operator/runtime/src/test/resources/golden/layouts");

  static List<String> layouts() throws IOException {
    try (Stream<Path> directories = Files.list(LAYOUTS)) {
      return directories.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("layouts")
  void commandsAnswerAsTransformersDoes(String layout) throws IOException, InterruptedException {
    String directory = LAYOUTS.resolve(layout).toString();
    JsonNode expected =
        MAPPER.readTree(LAYOUTS.resolve(layout).resolve("expected-5.json").toFile());
    List<JsonNode> info = ask("", "info", directory, "--json");
    List<JsonNode> scores =
        ask(lines(expected.get("scores"), "choices"), "score", "--model", directory);
    List<JsonNode> generations =
        ask(
            lines(expected.get("generations")),
            "generate",
            "--model",
            directory,
            "--max-new-tokens",
            expected.get("generations").get(0).get("maxNewTokens").asText());

    assertThat(info)
        .singleElement()
        .satisfies(
            facts ->
                assertThat(facts.get("decisions"))
                    .extracting(decision -> decision.get("subject").textValue())
                    .contains("output scale", "head"));
    assertThat(scores).hasSize(expected.get("scores").size());
    for (int i = 0; i < scores.size(); i++) {
      JsonNode want = expected.get("scores").get(i).get("logprobs");
      for (int choice = 0; choice < want.size(); choice++) {
        assertThat(scores.get(i).get("logprobs").get(choice).doubleValue())
            .isEqualTo(want.get(choice).doubleValue(), within(1e-4));
      }
    }
    assertThat(generations)
        .extracting(answer -> answer.get("text").textValue())
        .isEqualTo(expected.get("generations").findValuesAsText("text"));
  }

  private static String lines(JsonNode cases, String... fields) {
    StringBuilder lines = new StringBuilder();
    for (JsonNode one : cases) {
      ObjectNode line = MAPPER.createObjectNode().set("prompt", one.get("prompt"));
      for (String field : fields) {
        line.set(field, one.get(field));
      }
      lines.append(line).append('\n');
    }
    return lines.toString();
  }

  /** What a command says, which ends well. */
  private static List<JsonNode> ask(String input, String... arguments)
      throws IOException, InterruptedException {
    TestingCommand command =
        TestingCommand.run(
            input, Stream.concat(Stream.of("model"), Stream.of(arguments)).toArray(String[]::new));
    assertThat(command.exitCode()).as(command.err()).isZero();
    return MAPPER.readerFor(JsonNode.class).<JsonNode>readValues(command.out()).readAll();
  }
}
