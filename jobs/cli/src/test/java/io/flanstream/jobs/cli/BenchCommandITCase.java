package io.flanstream.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flanstream.model.ModelSettings;
import io.flanstream.model.TextModel;
import io.flanstream.model.TextModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The figures against counts of the test's own, and the answers against the other commands'. */
class BenchCommandITCase {
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final Path CHECKPOINT =
      TestingCommand.ROOT.resolve("model-operator/runtime/src/test/resources/golden/ul2");
  private static final int MAX_NEW_TOKENS = 12;

  @TempDir private static Path directory;
  private static Path prompts;
  private static List<JsonNode> lines;
  private static long promptTokens;
  private static long trieNodes;

  @BeforeAll
  static void writePrompts() throws IOException {
    JsonNode golden = MAPPER.readTree(CHECKPOINT.resolve("expected.json").toFile()).get("scores");
    JsonNode choices = golden.get(0).get("choices");
    Set<String> texts = new LinkedHashSet<>();
    golden.forEach(one -> texts.add(one.get("prompt").textValue()));
    texts.addAll(texts.stream().map(text -> text + " " + text).toList());
    lines = new ArrayList<>();
    try (TextModel model = TextModels.open(ModelSettings.of(CHECKPOINT))) {
      for (String text : texts) {
        ObjectNode line = MAPPER.createObjectNode().put("id", lines.size()).put("prompt", text);
        lines.add(line.set("choices", choices));
        promptTokens += model.tokenizer().encode(text).ids().length + 1;
      }
      List<String> choiceTexts = new ArrayList<>();
      choices.forEach(choice -> choiceTexts.add(choice.textValue()));
      trieNodes = model.choices(choiceTexts).trie().nodes();
    }
    prompts = directory.resolve("prompts.jsonl");
    Files.write(prompts, lines.stream().map(JsonNode::toString).toList());
  }

  @Test
  void scoresAsModelScoreDoesAndCountsWhatItDid()
      throws IOException, InterruptedException, ExecutionException {
    Path answers = directory.resolve("scores.jsonl");
    JsonNode report = bench("--mode", "score", "--answers", answers.toString());

    List<JsonNode> scored = json(Files.readAllLines(answers));
    List<JsonNode> expected = other("score");
    assertThat(scored).hasSize(lines.size()).hasSameSizeAs(expected);
    for (int i = 0; i < scored.size(); i++) {
      assertThat(scored.get(i).get("id")).isEqualTo(expected.get(i).get("id"));
      JsonNode logprobs = expected.get(i).get("logprobs");
      for (int choice = 0; choice < logprobs.size(); choice++) {
        assertThat(scored.get(i).get("logprobs").get(choice).doubleValue())
            .isEqualTo(logprobs.get(choice).doubleValue(), within(1e-4));
      }
    }
    JsonNode figures = figures(report);
    assertThat(figures.at("/score/tokens").longValue()).isEqualTo(trieNodes * lines.size());
    assertThat(figures.at("/decode/tokens").longValue()).isZero();
    assertThat(figures.at("/decode/cost").isNull()).isTrue();
    assertShare(report.get("shares"), "encodeFlops", "peakFlops", "encodeShare");
    assertThat(report.at("/shares/decodeBytes").isNull()).isTrue();
    assertThat(report.get("mode").textValue()).isEqualTo("SCORE");
    assertThat(report.at("/model/dtype").textValue()).isEqualTo("float32");
  }

  @Test
  void generatesAsModelGenerateDoesAndCountsWhatItDid()
      throws IOException, InterruptedException, ExecutionException {
    Path answers = directory.resolve("texts.jsonl");
    String length = String.valueOf(MAX_NEW_TOKENS);
    JsonNode report =
        bench("--mode", "generate", "--max-new-tokens", length, "--answers", answers.toString());

    List<JsonNode> written = json(Files.readAllLines(answers));
    List<JsonNode> expected = other("generate", "--max-new-tokens", length);
    assertThat(written)
        .extracting(answer -> answer.get("tokenIds"))
        .containsExactlyElementsOf(
            expected.stream().map(answer -> answer.get("tokenIds")).toList());
    JsonNode figures = figures(report);
    assertThat(figures.at("/decode/tokens").longValue())
        .isEqualTo(written.stream().mapToLong(answer -> answer.get("tokenIds").size()).sum());
    assertThat(figures.at("/score/tokens").longValue()).isZero();
    assertShare(report.get("shares"), "decodeBytes", "peakBytes", "decodeShare");
    double steps = figures.get("decoderSteps").doubleValue();
    assertThat(report.at("/shares/decodeBytes").doubleValue())
        .isGreaterThan(steps / figures.at("/decode/seconds").doubleValue());
    assertThat(figures.get("meanRows").doubleValue() * figures.get("decoderSteps").longValue())
        .isEqualTo(figures.at("/decode/tokens").doubleValue(), within(1e-6));
  }

  @Test
  void showsAReportToPeople() throws IOException, InterruptedException, ExecutionException {
    TestingCommand command = run("--precision", "bfloat16");
    assertThat(command.exitCode()).as(command.err()).isZero();
    assertThat(command.out())
        .startsWith("ul2 (bfloat16): score, %s records".formatted(lines.size()))
        .containsPattern(String.format(Locale.ROOT, "encode +%,d tokens, ", promptTokens))
        .containsPattern(
            " {18}-?[\\d.]+ ms [+] -?[\\d.]+ us a token; grows as tokens[\\^]-?[\\d.]+")
        .containsPattern(
            " {18}[\\d.]+ TFLOP/s, [\\d.]+ of the device's [\\d.]+, measured afterwards")
        .containsPattern("cost of a record +-?[\\d.]+ ms [+] ")
        .containsPattern("batches +\\d+ of [\\d.]+ records, [\\d.]+ % padding")
        .containsPattern("latency +p50 [\\d.]+ ms, p90 ");
    assertThat(command.err()).contains("%s of %s ".formatted(lines.size(), lines.size()));
  }

  @Test
  void saysWhichLineCannotBeMeasured()
      throws IOException, InterruptedException, ExecutionException {
    Path bad = directory.resolve("bad.jsonl");
    Files.writeString(bad, lines.get(0) + "\n\n{\"prompt\":\"people\"}\n");
    TestingCommand command =
        TestingCommand.run(
            "", "bench", "--model", CHECKPOINT.toString(), "--prompts", bad.toString());
    assertThat(command.exitCode()).isEqualTo(1);
    assertThat(command.err())
        .contains("Cannot measure: line 3: Cannot answer: choices must be an array of strings");
  }

  @Test
  void saysThatTheAnswersCannotBeWrittenBeforeTheWork()
      throws IOException, InterruptedException, ExecutionException {
    Path nowhere = directory.resolve("nowhere").resolve("answers.jsonl");
    TestingCommand command = run("--answers", nowhere.toString());
    assertThat(command.exitCode()).isEqualTo(2);
    assertThat(command.err())
        .contains("Cannot write %s".formatted(nowhere))
        .doesNotContain("%s of %s ".formatted(lines.size(), lines.size()));
  }

  /** Figures that hold whatever was asked. */
  private static JsonNode figures(JsonNode report) {
    JsonNode figures = report.get("figures");
    assertFitted(figures.at("/encode/cost"), figures.get("batches").longValue());
    assertFitted(figures.get("recordCost"), figures.get("batches").longValue());
    int records = lines.size();
    assertThat(figures.get("records").intValue()).isEqualTo(records);
    assertThat(figures.at("/encode/tokens").longValue()).isEqualTo(promptTokens);
    assertThat(figures.get("joined").longValue()).isZero();
    assertThat(figures.get("splits").longValue()).isZero();
    assertThat(figures.get("meanBatch").doubleValue() * figures.get("batches").longValue())
        .isEqualTo(records, within(1e-6));
    assertThat(figures.get("meanBatch").doubleValue()).isGreaterThan(1);
    assertThat(figures.get("paddingShare").doubleValue()).isBetween(0.0, 0.5);
    double seconds = figures.get("seconds").doubleValue();
    assertThat(figures.get("recordsPerSecond").doubleValue() * seconds)
        .isEqualTo(records, within(1e-6));
    JsonNode latency = figures.get("latencyMillis");
    assertThat(latency.get("p50").doubleValue()).isPositive();
    assertThat(List.of("p50", "p90", "p99", "p999", "max"))
        .extracting(name -> latency.get(name).doubleValue())
        .isSorted();
    // The histogram keeps three digits.
    assertThat(latency.get("max").doubleValue()).isLessThan(1.01e3 * seconds);
    return figures;
  }

  private static void assertShare(JsonNode shares, String reached, String peak, String share) {
    assertThat(shares.get(peak).doubleValue()).isPositive();
    assertThat(shares.get(share).doubleValue())
        .isPositive()
        .isEqualTo(
            shares.get(reached).doubleValue() / shares.get(peak).doubleValue(), within(1e-9));
  }

  private static void assertFitted(JsonNode cost, long points) {
    assertThat(cost.get("points").longValue()).isEqualTo(points).isGreaterThan(2);
    assertThat(cost.get("exponent").isDouble()).isTrue();
    assertThat(cost.get("exponentError").doubleValue()).isPositive();
  }

  private static JsonNode bench(String... more)
      throws IOException, InterruptedException, ExecutionException {
    List<String> arguments = new ArrayList<>(List.of(more));
    arguments.addAll(List.of("--format", "json"));
    TestingCommand command = run(arguments.toArray(String[]::new));
    assertThat(command.exitCode()).as(command.err()).isZero();
    return MAPPER.readTree(command.out());
  }

  private static TestingCommand run(String... more)
      throws IOException, InterruptedException, ExecutionException {
    List<String> arguments =
        new ArrayList<>(
            List.of("bench", "--model", CHECKPOINT.toString(), "--prompts", prompts.toString()));
    arguments.addAll(List.of("--warmup", "3"));
    arguments.addAll(List.of(more));
    return TestingCommand.run("", arguments.toArray(String[]::new));
  }

  private static List<JsonNode> other(String command, String... more)
      throws IOException, InterruptedException, ExecutionException {
    List<String> arguments =
        new ArrayList<>(List.of("model", command, "--model", CHECKPOINT.toString()));
    arguments.addAll(List.of(more));
    TestingCommand run =
        TestingCommand.run(Files.readString(prompts), arguments.toArray(String[]::new));
    assertThat(run.exitCode()).as(run.err()).isZero();
    return json(run.out().lines().toList());
  }

  private static List<JsonNode> json(List<String> lines) throws IOException {
    List<JsonNode> all = new ArrayList<>();
    for (String line : lines) {
      all.add(MAPPER.readTree(line));
    }
    return all;
  }
}
