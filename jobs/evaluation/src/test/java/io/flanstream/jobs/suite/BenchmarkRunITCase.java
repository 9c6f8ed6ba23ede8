package io.flanstream.jobs.suite;

import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.model.ChoiceScores;
import io.flanstream.model.GenerationConfig;
import io.flanstream.model.TextModel;
import io.flanstream.model.TextModels;
import io.flanstream.model.flink.ModelOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model's answers are those to the prompts of the suite, and what does not fit is told. */
class BenchmarkRunITCase {
  private static final BenchmarkSelection ALL = new BenchmarkSelection(List.of(), 5, 100);
  private static final int MOST_TOKENS = 110;

  private static TextModel model;

  @TempDir private Path directory;

  @BeforeAll
  static void open() {
    Path root = Path.of(System.getProperty("flanstream.root"));
    Configuration config = new Configuration();
    config.set(ModelOptions.PATH, root.resolve("deploy/models/flan-mini").toString());
    config.set(ModelOptions.MAX_INPUT_TOKENS, MOST_TOKENS);
    model = TextModels.open(ModelOptions.read(config));
  }

  @AfterAll
  static void close() {
    model.close();
  }

  @Test
  void aLetterIsTheMostProbableAfterThePrompt() throws IOException, InterruptedException {
    PublicBenchmark suite = new MmluReader(TestingBenchmarks.mmlu(directory), ALL).direct();
    BenchmarkRun run = BenchmarkRun.of(suite, model, 8, done -> {});

    BenchmarkTask task = suite.tasks().get(0);
    for (int i = 0; i < task.questions().size(); i++) {
      String prompt =
          task.prompt().fill(task.questions().get(i), this::tokens, MOST_TOKENS - 1).text();
      ChoiceScores scores = model.score(prompt, model.choices(AnswerFormat.LETTERS)).join();
      int best = scores.ranked(1).choices()[0];
      assertThat(run.answers().get(i).given()).isEqualTo(AnswerFormat.LETTERS.get(best));
    }
    long right = run.answers().stream().filter(BenchmarkAnswer::isRight).count();
    assertThat(run.figures().all().right()).isEqualTo((int) right);
    assertThat(run.figures().meanAccuracy()).isEqualTo(right / 3.0);
    assertThat(run.figures().isWhole()).isTrue();
  }

  @Test
  void whatDoesNotFitHasFewerExamplesOrFails() throws IOException, InterruptedException {
    Path data = TestingBenchmarks.mmlu(directory);
    TestingBenchmarks.write(
        data.resolve("test/small_numbers_test.csv"),
        "What is two?,1,2,3,4,B",
        "%s?,1,2,3,4,B".formatted("What is two and ".repeat(12).strip()),
        "%s?,1,2,3,4,B".formatted("What is two and ".repeat(60).strip()));
    BenchmarkRun run = BenchmarkRun.of(new MmluReader(data, ALL).direct(), model, 8, done -> {});

    assertThat(run.answers().get(0).leftOut()).isZero();
    assertThat(run.answers().get(1).leftOut()).isBetween(1, 2);
    assertThat(run.answers().get(1).failure()).isNull();
    assertThat(run.answers().get(2).leftOut()).isEqualTo(2);
    assertThat(run.figures().all().fewerExamples()).isEqualTo(2);
    assertThat(run.figures().all().failed()).isEqualTo(1);
    assertThat(run.figures().failures())
        .singleElement()
        .satisfies(
            failure -> {
              assertThat(failure.place()).endsWith("small_numbers_test.csv line 3");
              assertThat(failure.message()).contains("model.max-input-tokens = " + MOST_TOKENS);
            });
  }

  @Test
  void reasoningIsWrittenGreedilyAndReadAtItsEnd() throws IOException, InterruptedException {
    BenchmarkSelection none = new BenchmarkSelection(List.of(), 0, 100);
    PublicBenchmark suite = new BbhReader(TestingBenchmarks.bbh(directory), none).chainOfThought();
    BenchmarkRun run = BenchmarkRun.of(suite, model, 8, done -> {});

    BenchmarkTask task = suite.tasks().get(0);
    String prompt = task.prompt().fill(task.questions().get(0), this::tokens, MOST_TOKENS).text();
    String written = model.generate(prompt, GenerationConfig.free(8)).join().text();
    assertThat(written).isNotEmpty();
    assertThat(run.answers().get(0).said()).isEqualTo(written);
    assertThat(run.answers().get(0).given()).isNull();
    assertThat(run.figures().all().unanswered()).isEqualTo(2);
    assertThat(run.figures().all().accuracy()).isZero();
  }

  private int tokens(String text) {
    return model.tokenizer().ids(text).length;
  }
}
