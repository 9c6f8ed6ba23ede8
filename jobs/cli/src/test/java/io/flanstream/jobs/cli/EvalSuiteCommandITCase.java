package io.flanstream.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.flanstream.jobs.suite.TestingBenchmarks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code flanstream eval mmlu} and {@code bbh} in processes of their own. */
@Timeout(600)
class EvalSuiteCommandITCase {
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final String MODEL =
      TestingCommand.ROOT.resolve("deploy/models/flan-mini").toString();

  @TempDir private Path directory;

  @Test
  void figuresAreThoseOfThePredictions()
      throws IOException, InterruptedException, ExecutionException {
    Path predictions = directory.resolve("predictions.jsonl");
    TestingCommand command =
        TestingCommand.run(
            "",
            "eval",
            "mmlu",
            "--model",
            MODEL,
            "--data",
            TestingBenchmarks.mmlu(directory).toString(),
            "--format",
            "json",
            "--predictions",
            predictions.toString());

    assertThat(command.exitCode()).as(command.err()).isZero();
    assertThat(command.err()).contains("3 of 3");
    int right = 0;
    for (String line : Files.readAllLines(predictions)) {
      JsonNode answer = MAPPER.readTree(line);
      assertThat(answer.get("given").asText()).matches("[A-D]");
      right += answer.get("given").equals(answer.get("right")) ? 1 : 0;
    }
    JsonNode figures = MAPPER.readTree(command.out());
    assertThat(figures.get("all").get("questions").intValue()).isEqualTo(3);
    assertThat(figures.get("all").get("right").intValue()).isEqualTo(right);
    assertThat(figures.get("examples").intValue()).isEqualTo(2);
    assertThat(figures.get("model").get("name").asText()).isEqualTo("flan-mini");
  }

  @Test
  void bbhIsShownAsText() throws IOException, InterruptedException, ExecutionException {
    TestingCommand command =
        TestingCommand.run(
            "",
            "eval",
            "bbh",
            "--model",
            MODEL,
            "--chain-of-thought",
            "--data",
            TestingBenchmarks.bbh(directory).toString());

    assertThat(command.exitCode()).as(command.err()).isZero();
    assertThat(command.out())
        .contains("BIG-Bench Hard, chain of thought: 2 questions in 1 tasks, prompts of 2 examples")
        .containsPattern("mean of the tasks +\\d+\\.\\d %")
        .containsPattern("colours +2 +[0-2] +\\d+\\.\\d %");
  }

  @Test
  void anEvaluationNeedsTexts() throws IOException, InterruptedException, ExecutionException {
    TestingCommand command = TestingCommand.run("", "eval", "--pipeline", "pipeline.yaml");

    assertThat(command.exitCode()).isEqualTo(2);
    assertThat(command.err()).contains("--labelled FILE or --labelled-topic TOPIC must be given");
  }
}
