package io.flanstream.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
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
  void commandsAnswerAsTransformersDoes(String layout)
      throws IOException, InterruptedException, ExecutionException {
    String directory = LAYOUTS.resolve(layout).toString();
    JsonNode expected =
        MAPPER.readTree(LAYOUTS.resolve(layout).resolve("expected-5.json").toFile());
    CompletableFuture<TestingCommand> info = start("", "info", directory, "--json");
    CompletableFuture<TestingCommand> score =
        start(lines(expected.get("scores"), "choices"), "score", "--model", directory);
    CompletableFuture<TestingCommand> generate =
        start(
            lines(expected.get("generations")),
            "generate",
            "--model",
            directory,
            "--max-new-tokens",
            expected.get("generations").get(0).get("maxNewTokens").asText());

    assertThat(answers(info.get()))
        .singleElement()
        .satisfies(
            facts ->
                assertThat(facts.get("decisions"))
                    .extracting(decision -> decision.get("subject").textValue())
                    .contains("output scale", "head"));
    List<JsonNode> scores = answers(score.get());
    assertThat(scores).hasSize(expected.get("scores").size());
    for (int i = 0; i < scores.size(); i++) {
      JsonNode want = expected.get("scores").get(i).get("logprobs");
      for (int choice = 0; choice < want.size(); choice++) {
        assertThat(scores.get(i).get("logprobs").get(choice).doubleValue())
            .isEqualTo(want.get(choice).doubleValue(), within(1e-4));
      }
    }
    assertThat(answers(generate.get()))
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

  private static CompletableFuture<TestingCommand> start(String input, String... arguments) {
    String[] all = Stream.concat(Stream.of("model"), Stream.of(arguments)).toArray(String[]::new);
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return TestingCommand.run(input, all);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  private static List<JsonNode> answers(TestingCommand command) throws IOException {
    assertThat(command.exitCode()).as(command.err()).isZero();
    return MAPPER.readerFor(JsonNode.class).<JsonNode>readValues(command.out()).readAll();
  }
}
