package io.flanstream.model.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flanstream.model.TestingTextModel;
import io.flanstream.schemas.Alternative;
import io.flanstream.schemas.Classification;
import io.flanstream.schemas.ExtractedField;
import io.flanstream.schemas.Fidelity;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts that are too long for one prompt. */
class TextWindowTest {
  private static final List<Label> LABELS = List.of(Label.of("a"), Label.of("b"));
  private static final ExtractionTask WHAT =
      ExtractionTask.of("what", List.of(Field.of("what")), false);
  private static final String[] WORDS = {"the", "ﬁ", "table", "😀", "12", "pm", "an", "\n", "  "};

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void windowsHaveEveryWordWholeAndFit(int seed) {
    Random random = new Random(seed);
    String text =
        IntStream.range(0, 30 + random.nextInt(300))
            .mapToObj(i -> WORDS[random.nextInt(WORDS.length)])
            .collect(Collectors.joining(" "));
    TestingTextModel model = model(60 + random.nextInt(60), prompt -> "");
    InputText input = new InputText(text, model.tokenizer());
    FramedPrompt prompt = prompt(model);
    List<TextWindow> windows = TextWindow.over(input, prompt, model);

    for (TextWindow window : windows) {
      int begin = text.offsetByCodePoints(0, window.start());
      assertThat(text.startsWith(window.text(), begin)).isTrue();
      assertThat(model.tokenizer().ids(prompt.prompt().with(window.text())).length + 1)
          .isLessThanOrEqualTo(model.maxInputTokens());
    }
    for (MatchResult word : Pattern.compile("\\S+").matcher(text).results().toList()) {
      assertThat(windows).anyMatch(window -> holds(text, window, word));
    }
    assertThat(windows.stream().mapToInt(TextWindow::weight).sum()).isEqualTo(input.tokens());
    assertThat(windows).allSatisfy(window -> assertThat(window.weight()).isPositive());
    assertThat(windows).hasSizeGreaterThan(1);
  }

  private static boolean holds(String text, TextWindow window, MatchResult word) {
    int begin = text.offsetByCodePoints(0, window.start());
    return begin <= word.start() && word.end() <= begin + window.text().length();
  }

  @Test
  void aTextWithoutWordsIsCutAnywhere() {
    TestingTextModel model = model(65, prompt -> "");
    InputText input = new InputText("x".repeat(200), model.tokenizer());
    List<TextWindow> windows = TextWindow.over(input, prompt(model), model);
    assertThat(windows).hasSizeGreaterThan(4);
    TextWindow last = windows.get(windows.size() - 1);
    assertThat(last.start() + last.text().length()).isEqualTo(200);
  }

  @Test
  void aTextThatFitsIsOneWindow() {
    TestingTextModel model = model(200, prompt -> "");
    TaskResults results = run(model, WHAT, "the table 12 pm");
    assertThat(model.prompts()).hasSize(1);
    assertThat(results.fidelity().getWindows()).isEqualTo(1);
    assertThat(run(model, WHAT, "").fidelity()).isEqualTo(new Fidelity(0, 0, 0, 1));
  }

  @Test
  void aValueHasItsPlaceInTheWholeText() {
    String text = "😀 the an ".repeat(40) + "table the an 12 pm the";
    TestingTextModel model =
        model(60, prompt -> prompt.contains("table") ? "table" : PromptTemplates.ABSENT);
    TaskResults results = run(model, WHAT, text);
    assertThat(model.prompts()).hasSize(results.fidelity().getWindows()).hasSizeGreaterThan(3);
    assertThat(results.fidelity().getTruncatedTokens()).isZero();
    ExtractedField field = results.extractions().get(0).getFields().get(0);
    int start = text.codePointCount(0, text.indexOf("table"));
    assertThat(field.getValue()).isEqualTo("table");
    assertThat(field.getStart()).isEqualTo(start);
    assertThat(field.getEnd()).isEqualTo(start + 5);
    assertThat(run(model, WHAT, "the an ".repeat(80)).extractions().get(0).getAbsent())
        .containsExactly("what");
  }

  @Test
  void scoresAreTheMeanByTokens() {
    String text = "the an ".repeat(60) + "table " + "the an ".repeat(20);
    TestingTextModel model =
        new TestingTextModel(
            60,
            (prompt, choice) ->
                Math.log(prompt.contains("table") == choice.equals("b") ? 0.9 : 0.1),
            prompt -> "");
    Classification row =
        run(model, ClassificationTask.of("intent", LABELS), text).classifications().get(0);
    InputText input = new InputText(text, model.tokenizer());
    FramedPrompt prompt =
        FramedPrompt.of(
            "intent",
            PromptTemplates.classification(ClassificationTask.of("intent", LABELS)),
            model.tokenizer());
    double with =
        TextWindow.over(input, prompt, model).stream()
                .filter(window -> window.text().contains("table"))
                .mapToInt(TextWindow::weight)
                .sum()
            / (double) input.tokens();
    assertThat(with).isBetween(0.05, 0.5);
    assertThat(row.getAlternatives())
        .filteredOn(one -> one.getLabel().equals("b"))
        .extracting(Alternative::getScore)
        .allSatisfy(
            score -> assertThat(score).isCloseTo(0.9 * with + 0.1 * (1 - with), within(1e-9)));
  }

  private static FramedPrompt prompt(TestingTextModel model) {
    return FramedPrompt.of(
        "what", PromptTemplates.field(WHAT, Field.of("what")), model.tokenizer());
  }

  private static TestingTextModel model(int maxInputTokens, UnaryOperator<String> answer) {
    return new TestingTextModel(maxInputTokens, (prompt, choice) -> -1.0, answer);
  }

  private static TaskResults run(TestingTextModel model, TaskDefinition task, String text) {
    return new TaskRunner(model, TaskSet.of(List.of(task)), OverlongPolicy.WINDOW).run(text).join();
  }
}
