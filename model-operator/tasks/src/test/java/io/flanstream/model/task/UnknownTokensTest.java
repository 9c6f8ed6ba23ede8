package io.flanstream.model.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flanstream.model.TestingTextModel;
import io.flanstream.schemas.Classification;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnknownTokensTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\u4f60\u597d\uff0c\u6211\u7684\u5361\u5728\u54ea\u91cc",
        "\uD83D\uDE00 \uD83D\uDE00\uD83D\uDE00",
        "\u4f60 ok"
      })
  void abstainsWhereTheVocabularyKnowsTooLittleOfTheText(String text) {
    TaskResults results = run("0.3", text);

    assertThat(results.fidelity().getUnknownTokens()).isPositive();
    Classification only = results.classifications().get(0);
    assertThat(only.getLabel()).isNull();
    assertThat(only.getAbstained()).isTrue();
    assertThat(only.getAlternatives()).hasSize(2);
  }

  @Test
  void answersWhereItKnowsEnough() {
    assertThat(run("0.3", "where is my card \u4f60").classifications().get(0).getAbstained())
        .isFalse();
    assertThat(run("1", "\u4f60\u597d").classifications().get(0).getAbstained()).isFalse();
    assertThat(run("0", "where is my card").classifications().get(0).getAbstained()).isFalse();
  }

  @Test
  void namesLabelsThatTheVocabularyCannotTellApart() {
    TaskSet tasks =
        TaskSet.of(
            List.of(
                ClassificationTask.of(
                    "mood", List.of(Label.of("\uD83D\uDC4D"), Label.of("\uD83D\uDC4E")))));

    assertThatThrownBy(() -> new TaskRunner(model(), tasks, OverlongPolicy.REJECT))
        .hasMessageStartingWith(
            "Cannot prepare task mood: labels \uD83D\uDC4D and \uD83D\uDC4E must differ to the model's vocabulary")
        .hasMessageEndingWith("as {name: \uD83D\uDC4E, text: \u2026}");
  }

  private static TaskResults run(String share, String text) {
    TaskSet tasks =
        TaskParser.parse(
                List.of(
                    Map.of(
                        "name",
                        "intent",
                        "type",
                        "classification",
                        "labels",
                        List.of("card", "pin"),
                        "max-unknown-share",
                        share)),
                "tasks")
            .orElseThrow();
    return new TaskRunner(model(), tasks, OverlongPolicy.REJECT).run(text).join();
  }

  private static TestingTextModel model() {
    return new TestingTextModel(200, (prompt, choice) -> -1.0, prompt -> "");
  }
}
