package io.flanstream.jobs.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flanstream.jobs.terminal.CommandException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files to prompts, character by character. */
class BenchmarkReadersTest {
  private static final BenchmarkSelection ALL = new BenchmarkSelection(List.of(), 5, 100);

  @TempDir private Path directory;

  @Test
  void mmluIsAskedInTheFormOfItsPaper() throws IOException {
    BenchmarkTask task =
        new MmluReader(TestingBenchmarks.mmlu(directory), ALL).direct().tasks().get(0);

    assertThat(prompt(task, 1))
        .isEqualTo(
            """
            The following are multiple choice questions (with answers) about small numbers.

            What is one and one?
            A. 1
            B. 2
            C. 3
            D. 4
            Answer: B

            What comes after "two", in words?
            A. one
            B. two
            C. three
            D. four
            Answer: C

            Which is a number,
            and even?
            A. 1
            B. 2
            C. 3
            D. one, or three
            Answer:""");
    assertThat(task.questions()).extracting(Question::right).containsExactly("D", "B", "C");
    assertThat(task.questions().get(0).place()).endsWith("small_numbers_test.csv line 1");
  }

  @Test
  void mmluIsAskedWithAChainOfThought() throws IOException {
    Path data = TestingBenchmarks.mmlu(directory);
    BenchmarkTask task =
        new MmluReader(data, ALL).chainOfThought(data.resolve("mmlu-cot.json")).tasks().get(0);

    assertThat(prompt(task, 0))
        .isEqualTo(
            """
            The following are questions about small numbers.

            Q: What is one and one?
            (A) 1 (B) 2 (C) 3 (D) 4
            A: Let's think step by step. One and one is 2. The answer is (B).

            Q: What is two and two?
            (A) 1 (B) 2 (C) 3 (D) 4
            A: Let's think step by step.""");
  }

  @Test
  void bbhIsAskedWithItsWorkedExamples() throws IOException {
    BenchmarkTask task =
        new BbhReader(TestingBenchmarks.bbh(directory), ALL).chainOfThought().tasks().get(0);

    String examples =
        TestingBenchmarks.COLOURS.substring(TestingBenchmarks.COLOURS.indexOf("Name"));
    assertThat(prompt(task, 1))
        .isEqualTo(
            examples
                + """

                Q: Which colour is tar?
                Options:
                (A) white
                (B) black
                A: Let's think step by step.""");
  }

  @Test
  void directPromptsOfBbhHaveTheAnswersAlone() throws IOException {
    BenchmarkSelection one = new BenchmarkSelection(List.of("colours"), 1, 1);
    BenchmarkTask task =
        new BbhReader(TestingBenchmarks.bbh(directory), one).direct().tasks().get(0);

    assertThat(task.questions()).hasSize(1);
    assertThat(prompt(task, 0))
        .isEqualTo(
            """
            Name the colour of a thing.

            Q: Which colour is snow?
            Options:
            (A) white
            (B) black
            A: (A)

            Q: Which colour is milk?
            Options:
            (A) white
            (B) black
            A:""");
  }

  @Test
  void examplesAreLeftOutFromTheEndUntilTheRestFits() {
    FewShotPrompt prompt = new FewShotPrompt("in", List.of("one", "two", "three"));
    Question question = new Question("here", "q", "a");

    assertThat(prompt.fill(question, String::length, 15))
        .isEqualTo(new FewShotPrompt.Filled("in\n\none\n\ntwo\n\nq", 2));
    assertThat(prompt.fill(question, String::length, 14))
        .isEqualTo(new FewShotPrompt.Filled("in\n\none\n\nq", 1));
    assertThat(prompt.fill(question, String::length, 1))
        .isEqualTo(new FewShotPrompt.Filled("in\n\nq", 0));
  }

  @Test
  void faultsNameFileLineAndRule() throws IOException {
    Path data = TestingBenchmarks.mmlu(directory);
    Path test = data.resolve("test/small_numbers_test.csv");
    MmluReader mmlu = new MmluReader(data, ALL);
    TestingBenchmarks.write(test, "a,1,2,3,4,A", "b,1,2,3,4,E");
    assertThatThrownBy(mmlu::direct)
        .isInstanceOf(CommandException.class)
        .hasMessage(
            "Cannot read %s line 2: its last column must be one of A, B, C, D, got E", test);
    TestingBenchmarks.write(test, "a,1,2,3,A");
    assertThatThrownBy(mmlu::direct)
        .hasMessage(
            "Cannot read %s line 1: it must have a question, four choices and a letter, got 5 columns",
            test);
    Files.delete(data.resolve("dev/small_numbers_dev.csv"));
    assertThatThrownBy(mmlu::direct)
        .hasMessageEndingWith("small_numbers_dev.csv: it must be a file");
    assertThatThrownBy(
            () -> new MmluReader(data, new BenchmarkSelection(List.of("law"), 5, 9)).direct())
        .hasMessage("Cannot read questions: --task must be one of [small_numbers], got law");
    assertThatThrownBy(() -> new BbhReader(data, ALL).direct())
        .hasMessage(
            "Cannot read questions: %s must be a directory with TASK.json", data.resolve("bbh"));
    Path bbh = TestingBenchmarks.bbh(directory.resolve("hard"));
    Path worked = bbh.resolve("cot-prompts/colours.txt");
    TestingBenchmarks.write(worked, "Name it.", "", "Q: What?", "A: I do not know.");
    assertThatThrownBy(() -> new BbhReader(bbh, ALL).direct())
        .hasMessage("Cannot read %s, example 1: it must say what \"the answer is\"", worked);
    Path json = bbh.resolve("bbh/colours.json");
    TestingBenchmarks.write(json, "{\"examples\": [{\"input\": \"a\", \"target\": 1}]}");
    TestingBenchmarks.write(worked, TestingBenchmarks.COLOURS);
    assertThatThrownBy(() -> new BbhReader(bbh, ALL).direct())
        .hasMessage(
            "Cannot read %s examples[0]: target must be a string with more than white space", json);
    TestingBenchmarks.write(json, "{", "nonsense");
    assertThatThrownBy(() -> new BbhReader(bbh, ALL).direct())
        .hasMessageStartingWith("Cannot read %s line 2: it must be JSON: ".formatted(json));
  }

  private static String prompt(BenchmarkTask task, int question) {
    return task.prompt().fill(task.questions().get(question), text -> 0, 1).text();
  }
}
