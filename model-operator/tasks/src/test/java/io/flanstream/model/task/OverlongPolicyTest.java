package io.flanstream.model.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.model.TestingTextModel;
import io.flanstream.schemas.ExtractedField;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OverlongPolicyTest {
  private static final String TEXT = "the ﬁ table 😀 the table 12 pm 1 the an table";

  /** The prompt is cut by just so many tokens as it has too many, and never in its instruction. */
  @ParameterizedTest
  @CsvSource({"0", "1", "2", "6", "9"})
  void truncateCutsTheEndOfTheText(int excess) {
    TestingTextModel model = model(unlimited().tokenizer().encode(whole()).length() + 1 - excess);
    TaskResults results = run(model, OverlongPolicy.TRUNCATE, extraction()).join();
    String prompt = model.prompts().get(0);
    String instruction = whole().substring(0, whole().length() - TEXT.length());
    assertThat(prompt).startsWith(instruction);
    assertThat(TEXT).startsWith(prompt.substring(instruction.length()));
    assertThat(model.tokenizer().encode(prompt).length() + 1).isEqualTo(model.maxInputTokens());
    assertThat(results.fidelity().getTruncatedTokens()).isEqualTo(excess);
    assertThat(results.fidelity().getInputTokens())
        .isEqualTo(model.tokenizer().encode(TEXT).length());
    assertThat(results.fidelity().getUnknownTokens()).isEqualTo(1);
    ExtractedField field = results.extractions().get(0).getFields().get(0);
    assertThat(List.of(field.getStart(), field.getEnd())).containsExactly(6, 11);
  }

  @Test
  void theMostThatAnyTaskLostIsTold() {
    TestingTextModel model = model(unlimited().tokenizer().encode(whole()).length() - 1);
    ClassificationTask longer =
        ClassificationTask.builder("longer", List.of(Label.of("x"), Label.of("y")))
            .question("a ".repeat(frame() - 18))
            .build();
    int without =
        run(model, OverlongPolicy.TRUNCATE, extraction()).join().fidelity().getTruncatedTokens();
    int with =
        run(model, OverlongPolicy.TRUNCATE, longer, extraction())
            .join()
            .fidelity()
            .getTruncatedTokens();
    assertThat(without).isEqualTo(2);
    assertThat(with).isGreaterThan(2);
  }

  @Test
  void anInstructionThatDoesNotFitFails() {
    TestingTextModel model = model(30);
    assertThat(
            run(model, OverlongPolicy.TRUNCATE, extraction())
                .handle((results, thrown) -> thrown)
                .join())
        .isInstanceOfSatisfying(
            TaskFailure.class,
            failure -> {
              assertThat(failure.stage()).isEqualTo(TaskFailure.Stage.TOKENIZE);
              assertThat(failure.code()).isEqualTo("TOO_MANY_TOKENS");
              assertThat(failure)
                  .hasMessage(
                      "Cannot cut the text for task what: its prompt must leave room for a token of it in model.max-input-tokens = 30, got %s tokens without the text"
                          .formatted(frame() + 1));
            });
    assertThat(model.prompts()).isEmpty();
  }

  @Test
  void rejectLeavesTheTextWhole() {
    TestingTextModel model = model(unlimited().tokenizer().encode(whole()).length());
    assertThat(
            run(model, OverlongPolicy.REJECT, extraction())
                .handle((results, thrown) -> thrown)
                .join())
        .isInstanceOfSatisfying(
            TaskFailure.class, failure -> assertThat(failure.code()).isEqualTo("TOO_MANY_TOKENS"));
    assertThat(model.prompts()).containsExactly(whole());
  }

  @Test
  void anEmptyTextIsNotCut() {
    TestingTextModel model = model(200);
    TaskRunner runner =
        new TaskRunner(model, TaskSet.of(List.of(extraction())), OverlongPolicy.TRUNCATE);
    TaskResults results = runner.run("").join();
    assertThat(results.extractions().get(0).getAbsent()).containsExactly("what");
    assertThat(results.fidelity().getTruncatedTokens()).isZero();
  }

  private static ExtractionTask extraction() {
    return ExtractionTask.of("what", List.of(Field.of("what")), false);
  }

  private static String whole() {
    return PromptTemplates.field(extraction(), Field.of("what")).with(TEXT);
  }

  private static int frame() {
    return unlimited()
        .tokenizer()
        .encode(PromptTemplates.field(extraction(), Field.of("what")).with(""))
        .length();
  }

  private static TestingTextModel unlimited() {
    return model(Integer.MAX_VALUE);
  }

  private static TestingTextModel model(int maxInputTokens) {
    return new TestingTextModel(maxInputTokens, (prompt, choice) -> -1.0, prompt -> "table");
  }

  private static CompletableFuture<TaskResults> run(
      TestingTextModel model, OverlongPolicy policy, TaskDefinition... tasks) {
    return new TaskRunner(model, TaskSet.of(List.of(tasks)), policy).run(TEXT);
  }
}
