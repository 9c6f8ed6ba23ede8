package io.flanstream.model.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.model.ModelSettings;
import io.flanstream.model.TextModel;
import io.flanstream.model.TextModels;
import io.flanstream.model.checkpoint.Sha256;
import io.flanstream.model.decode.PublicData;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * How long CLINC150's 150 labels take when the best are searched, beside all being scored: {@code
 * -Dflanstream.search-rate=CHECKPOINT}. In turns, each text and label set the same.
 */
@EnabledIfSystemProperty(named = "flanstream.search-rate", matches = ".+")
class SearchRateTest {
  private static final String SET = "clinc150";
  private static final int TEXTS = 256;
  private static final int ROUNDS = 5;

  @ParameterizedTest
  @ValueSource(ints = {1, 5})
  void measure(int alternatives) {
    List<Label> labels =
        PublicData.labels(SET).stream().filter(name -> !name.equals("oos")).map(Label::of).toList();
    List<String> heldOut =
        PublicData.texts(SET).stream().filter(SearchRateTest::isHeldOut).toList();
    List<String> texts =
        IntStream.range(0, TEXTS).mapToObj(i -> heldOut.get(i * heldOut.size() / TEXTS)).toList();
    Path checkpoint = Path.of(System.getProperty("flanstream.search-rate"));
    try (TextModel model =
        TextModels.open(
            ModelSettings.builder(checkpoint).prepack(ModelSettings.Prepack.TRUE).build())) {
      TaskRunner whole = runner(model, labels, Scoring.Scores.ALL, alternatives);
      TaskRunner best = runner(model, labels, Scoring.Scores.BEST, alternatives);
      assertThat(answers(best, texts)).isEqualTo(answers(whole, texts));
      for (int round = 0; round < ROUNDS; round++) {
        double scored = seconds(whole, texts);
        double searched = seconds(best, texts);
        System.out.printf(
            Locale.ROOT,
            "%s labels, the best %s: all scored %.2f s, searched %.2f s, ratio %.2f%n",
            labels.size(),
            alternatives,
            scored,
            searched,
            scored / searched);
      }
    }
  }

  /** As {@code src/dev/python/flan_mini/data.py} parts the sets. */
  private static boolean isHeldOut(String text) {
    String normalised = text.toLowerCase(Locale.ROOT).replaceAll("\\s+", " ").strip();
    String hash = Sha256.hex(normalised.getBytes(StandardCharsets.UTF_8));
    return Long.parseLong(hash.substring(0, 8), 16) % 100 < 10;
  }

  private static TaskRunner runner(
      TextModel model, List<Label> labels, Scoring.Scores scores, int alternatives) {
    ClassificationTask task =
        ClassificationTask.builder("intent", labels)
            .alternatives(alternatives)
            .scoring(new Scoring(Scoring.Normalization.SUM, null, scores))
            .build();
    return new TaskRunner(model, TaskSet.of(List.of(task)), OverlongPolicy.TRUNCATE);
  }

  private static double seconds(TaskRunner runner, List<String> texts) {
    long begun = System.nanoTime();
    assertThat(answers(runner, texts)).hasSize(texts.size());
    return (System.nanoTime() - begun) / 1e9;
  }

  private static List<String> answers(TaskRunner runner, List<String> texts) {
    List<CompletableFuture<TaskResults>> answers = texts.stream().map(runner::run).toList();
    return answers.stream()
        .map(answer -> answer.join().classifications().get(0).getLabel())
        .toList();
  }
}
