package io.flanstream.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flanstream.model.decode.RankedChoices;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * {@code model.score-normalizer: labels} against Hugging Face's logits of the tokens that continue
 * a label, made by {@code make_label_scores.py}.
 */
class LabelScoresNumericsTest {
  private static final Path GOLDEN =
      Path.of(System.getProperty("basedir", "."), "src/test/resources/golden");

  @ParameterizedTest
  @CsvSource({
    "ul2, false, 64",
    "ul2, true, 64",
    "ul2, false, 0",
    "layouts/flan-t5, false, 64",
    "layouts/t5-v1_0, false, 64",
    "layouts/mt5, false, 64",
  })
  void scoresAreThoseAmongLabels(String checkpoint, boolean prepack, int searchPositions)
      throws IOException {
    JsonNode scores =
        new ObjectMapper()
            .readTree(GOLDEN.resolve("label-scores.json").toFile())
            .get("checkpoints")
            .get(checkpoint);
    ModelSettings settings =
        ModelSettings.builder(GOLDEN.resolve(checkpoint))
            .scoreNormalizer(ModelSettings.ScoreNormalizer.LABELS)
            .prepack(prepack ? ModelSettings.Prepack.TRUE : ModelSettings.Prepack.FALSE)
            .searchPositions(searchPositions)
            .threads(1)
            .build();
    try (TextModel model = TextModels.open(settings)) {
      assertThat(model.description().dtype()).isEqualTo("float32, scored among labels");
      Map<String, Choices> choices = new TreeMap<>();
      List<CompletableFuture<ChoiceScores>> all = new ArrayList<>();
      List<CompletableFuture<RankedChoices>> best = new ArrayList<>();
      for (JsonNode score : scores) {
        List<String> texts = new ArrayList<>();
        score.get("choices").forEach(choice -> texts.add(choice.textValue()));
        Choices set = choices.computeIfAbsent(texts.toString(), unused -> model.choices(texts));
        all.add(model.score(score.get("prompt").textValue(), set));
        best.add(model.best(score.get("prompt").textValue(), set, texts.size()));
      }
      for (int i = 0; i < all.size(); i++) {
        JsonNode want = scores.get(i).get("logprobs");
        double[] got = all.get(i).join().logprobs();
        RankedChoices ranked = best.get(i).join();
        for (int choice = 0; choice < got.length; choice++) {
          assertThat(got[choice]).isEqualTo(want.get(choice).doubleValue(), Offset.offset(1e-4));
          assertThat(ranked.logprobs()[choice])
              .isEqualTo(got[ranked.choices()[choice]], Offset.offset(1e-4));
        }
        assertThat(Arrays.stream(got).map(Math::exp).sum()).isEqualTo(1, Offset.offset(1e-4));
      }
    }
  }
}
