package io.flanstream.model.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flanstream.model.Choices;
import io.flanstream.model.GoldenCheckpoint;
import io.flanstream.model.ModelSettings;
import io.flanstream.model.TextModel;
import io.flanstream.model.TextModels;
import io.flanstream.model.decode.RankedChoices;
import io.flanstream.schemas.Alternative;
import io.flanstream.schemas.Classification;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A search finds the best of the whole distribution. */
class LabelSearchTest {
  private static final int KEPT = 7;
  private static final List<String> TEXTS =
      List.of("card lost", "music", "refund my order, please", "a table for four people");
  private static final List<Label> LABELS =
      Stream.of("card", "lost", "music", "refund", "table")
          .flatMap(
              first ->
                  Stream.of("order", "people", "thanks", "play", "card refund")
                      .map(second -> Label.of(first + " " + second)))
          .toList();

  @Test
  void theWinnerAndItsRunnersUpAreThoseOfTheWholeDistribution() {
    try (TextModel model = TextModels.open(settings())) {
      TaskRunner whole = runner(model, task(Scoring.Scores.ALL, LABELS.size()));
      TaskRunner best = runner(model, task(Scoring.Scores.BEST, KEPT));
      Choices choices = model.choices(LABELS.stream().map(Label::text).toList());
      // More positions than are scored whole, or there would be no search.
      assertThat(choices.trie().nodes()).isGreaterThan(settings().searchPositions());
      for (String text : TEXTS) {
        Classification all = whole.run(text).join().classifications().get(0);
        Classification found = best.run(text).join().classifications().get(0);
        assertThat(found.getLabel()).isEqualTo(all.getLabel());
        assertThat(names(found)).hasSize(KEPT).isEqualTo(names(all).subList(0, KEPT));
        RankedChoices ranked = model.score(prompt(text), choices).join().ranked(KEPT);
        for (int i = 0; i < KEPT; i++) {
          assertThat(Math.log(found.getAlternatives().get(i).getScore()))
              .isCloseTo(ranked.logprobs()[i], within(1e-4));
        }
        assertThat(found.getScore()).isEqualTo(found.getAlternatives().get(0).getScore());
      }
    }
  }

  @Test
  void windowsAreNotMixedWithoutAllScores() {
    try (TextModel model = TextModels.open(settings())) {
      assertThatThrownBy(
              () ->
                  new TaskRunner(
                      model,
                      TaskSet.of(List.of(task(Scoring.Scores.BEST, 2))),
                      OverlongPolicy.WINDOW))
          .isInstanceOf(InvalidTasksException.class)
          .hasMessageContaining("tasks[0].scores must be all where overlong is window, got best");
    }
  }

  private static List<String> names(Classification row) {
    return row.getAlternatives().stream().map(Alternative::getLabel).toList();
  }

  private static String prompt(String text) {
    return PromptTemplates.classification(task(Scoring.Scores.ALL, 1)).with(text);
  }

  private static TaskRunner runner(TextModel model, ClassificationTask task) {
    return new TaskRunner(model, TaskSet.of(List.of(task)), OverlongPolicy.REJECT);
  }

  private static ClassificationTask task(Scoring.Scores scores, int alternatives) {
    return ClassificationTask.builder("topic", LABELS)
        .alternatives(alternatives)
        .scoring(new Scoring(Scoring.Normalization.SUM, null, scores))
        .build();
  }

  private static ModelSettings settings() {
    return ModelSettings.builder(GoldenCheckpoint.of("ul2").directory()).searchPositions(4).build();
  }
}
