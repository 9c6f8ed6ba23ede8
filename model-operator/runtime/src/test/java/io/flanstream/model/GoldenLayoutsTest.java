package io.flanstream.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.model.checkpoint.Checkpoint;
import io.flanstream.model.djl.TestingModels;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every layout that T5-family repositories have opens, and answers as transformers 5 does. */
class GoldenLayoutsTest {
  private static final double TOLERANCE = 1e-4;

  static List<GoldenLayout> layouts() {
    return GoldenLayout.all();
  }

  @Test
  void thereAreAsManyLayoutsAsTheScriptMakes() {
    assertThat(layouts()).hasSizeGreaterThan(50);
    assertThat(layouts()).allMatch(layout -> layout.five().tool().startsWith("transformers 5."));
    assertThat(layouts()).allMatch(layout -> layout.four().tool().startsWith("transformers 4."));
    assertThat(layouts()).allMatch(layout -> layout.five().refused() == null);
  }

  @ParameterizedTest
  @MethodSource("layouts")
  void answersAsTransformers5Does(GoldenLayout layout) {
    GoldenCheckpoint golden = layout.checkpoint(layout.five());
    try (TextModel model = open(golden)) {
      assertThat(golden.worstScoreDifference(model)).isLessThan(TOLERANCE);
      assertThat(golden.differentGenerations(model)).isZero();
      List<CompletableFuture<GenerationOutput>> written =
          layout.five().generations().stream()
              .map(
                  want -> model.generate(want.prompt(), GenerationConfig.free(want.maxNewTokens())))
              .toList();
      for (int i = 0; i < written.size(); i++) {
        assertThat(written.get(i).join().text())
            .isEqualTo(layout.five().generations().get(i).text());
      }
    }
    try (TextModel model =
        TestingModels.open(golden.settings(8, ModelSettings.DataType.FLOAT32), true)) {
      assertThat(golden.worstScoreDifference(model)).isLessThan(TOLERANCE);
      assertThat(golden.differentGenerations(model)).isZero();
    }
  }

  /** The other answer is said where there is one, and only there. What version 5 answers, we do. */
  @ParameterizedTest
  @MethodSource("layouts")
  void saysWhereTransformers4AnswersOtherwise(GoldenLayout layout) {
    boolean said =
        Checkpoint.open(layout.directory()).decisions().stream()
            .anyMatch(decision -> decision.transformers4().isPresent());
    assertThat(said).isEqualTo(layout.four().refused() != null || differs(layout));
  }

  private static boolean differs(GoldenLayout layout) {
    boolean differs = false;
    for (int i = 0; i < layout.four().scores().size(); i++) {
      GoldenLayout.Score four = layout.four().scores().get(i);
      GoldenLayout.Score five = layout.five().scores().get(i);
      assertThat(four.prompt()).isEqualTo(five.prompt());
      assertThat(four.choices()).isEqualTo(five.choices());
      for (int choice = 0; choice < four.logprobs().size(); choice++) {
        double apart = four.logprobs().get(choice) - five.logprobs().get(choice);
        differs |= Math.abs(apart) > TOLERANCE;
      }
    }
    return differs;
  }

  private static TextModel open(GoldenCheckpoint golden) {
    return TextModels.open(golden.settings(8, ModelSettings.DataType.FLOAT32));
  }
}
