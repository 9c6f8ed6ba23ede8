package io.flanstream.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flanstream.jobs.hub.TestingHub;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The tables of models in the manual and the READMEs: each of its commands runs against a hub that
 * lists what the real one does for that kind of repository, and the model answers as transformers
 * does.
 */
@Timeout(900)
class ModelTableITCase {
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final Path GOLDEN =
      TestingCommand.ROOT.resolve("model-operator/runtime/src/test/resources/golden");
  private static final Pattern LINE =
      Pattern.compile("\\| .* \\| `(model \\S.*?)` \\|", Pattern.MULTILINE);

  private static final List<String> PAGES =
      List.of("README.md", "model-operator/README.md", "deploy/docs/models.md");

  /** What the hub has under a repository's name. */
  private static final Map<String, String> REPOSITORIES =
      Map.of(
          "google/flan-ul2", "pickled/flan-ul2",
          "google/t5-v1_1-small", "pickled/t5-v1_1-small",
          "google/flan-t5-small", "t5-v1_1");

  @TempDir private Path temporary;

  @TestFactory
  List<DynamicTest> everyCommandOfTheTable() throws IOException {
    Set<String> commands = new TreeSet<>();
    for (String page : PAGES) {
      List<String> own =
          LINE.matcher(Files.readString(TestingCommand.ROOT.resolve(page)))
              .results()
              .map(line -> line.group(1))
              .toList();
      assertThat(own).as(page).hasSizeGreaterThanOrEqualTo(5);
      commands.addAll(own);
    }
    return commands.stream()
        .map(command -> DynamicTest.dynamicTest(command, () -> runAndAnswer(command)))
        .toList();
  }

  @Test
  void aPickleThatWouldRunCodeIsOneLine()
      throws IOException, InterruptedException, ExecutionException {
    Path file = GOLDEN.resolve("pickled/refused/os-system.bin");
    TestingCommand refused =
        TestingCommand.run("", "model", "convert", file.toString(), "--to", to("refused"));
    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(refused.err())
        .isEqualTo(
            "flanstream: Cannot read %s: global at byte 2 of data.pkl must be collections.OrderedDict, torch._utils._rebuild_tensor_v2 or the storage of a number format, got posix.system\n"
                .formatted(file));
    assertThat(temporary).isEmptyDirectory();
  }

  private void runAndAnswer(String line)
      throws IOException, InterruptedException, ExecutionException {
    String[] words = line.split(" ");
    String repository = words[2].matches("\\w+/\\S+") ? words[2] : "google/flan-ul2";
    Path golden = GOLDEN.resolve(REPOSITORIES.get(repository));
    String target = to("model-" + line.replaceAll("\\W+", "-"));
    try (TestingHub hub = TestingHub.of(golden, repository)) {
      for (int i = 0; i < words.length; i++) {
        words[i] =
            words[i].equals("DIR") ? target : words[i].equals("SOURCE") ? source() : words[i];
      }
      TestingCommand command = TestingCommand.runWith(Map.of("HF_ENDPOINT", hub.address()), words);
      assertThat(command.exitCode()).as(command.err()).isZero();
      assertThat(command.out()).startsWith(target + " has ");
    }
    assertAnswers(golden, target);
  }

  /** A directory of somebody's own, with pickled weights. */
  private String source() throws IOException {
    Path source = Files.createDirectories(temporary.resolve("source"));
    try (var files = Files.list(GOLDEN.resolve("pickled/flan-ul2"))) {
      for (Path file : files.toList()) {
        Files.copy(file, source.resolve(file.getFileName()));
      }
    }
    return source.toString();
  }

  private static void assertAnswers(Path golden, String model)
      throws IOException, InterruptedException, ExecutionException {
    JsonNode scores = MAPPER.readTree(golden.resolve("expected.json").toFile()).get("scores");
    StringBuilder lines = new StringBuilder();
    for (JsonNode score : scores) {
      ObjectNode line = MAPPER.createObjectNode();
      line.set("prompt", score.get("prompt"));
      line.set("choices", score.get("choices"));
      lines.append(line).append('\n');
    }
    TestingCommand command =
        TestingCommand.run(lines.toString(), "model", "score", "--model", model);
    assertThat(command.exitCode()).as(command.err()).isZero();
    List<String> answers = command.out().lines().toList();
    assertThat(answers).hasSize(scores.size());
    for (int i = 0; i < answers.size(); i++) {
      JsonNode logprobs = MAPPER.readTree(answers.get(i)).get("logprobs");
      for (int choice = 0; choice < logprobs.size(); choice++) {
        double expected = scores.get(i).get("logprobs").get(choice).doubleValue();
        assertThat(logprobs.get(choice).doubleValue()).isEqualTo(expected, within(1e-4));
      }
    }
  }

  private String to(String name) {
    return temporary.resolve(name).toString();
  }
}
