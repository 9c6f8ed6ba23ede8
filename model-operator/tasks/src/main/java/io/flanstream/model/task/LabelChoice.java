package io.flanstream.model.task;

import io.flanstream.model.ChoiceScores;
import io.flanstream.model.Choices;
import io.flanstream.model.TextModel;
import io.flanstream.model.TextTokenizer;
import io.flanstream.model.task.ClassificationTask.MultiLabel;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** A classification that scores all its labels after one prompt, or searches the best. */
final class LabelChoice implements PreparedTask {
  private final ClassificationTask task;
  private final FramedPrompt prompt;
  private final Choices choices;

  LabelChoice(TextModel model, ClassificationTask task) {
    this.task = task;
    this.prompt =
        FramedPrompt.of(task.name(), PromptTemplates.classification(task), model.tokenizer());
    this.choices = model.choices(task.labels().stream().map(Label::text).toList());
  }

  /** Labels whose texts the vocabulary does not know are one to it. */
  static void checkDistinct(ClassificationTask task, TextTokenizer tokenizer) {
    Map<List<Integer>, Label> byTokens = new HashMap<>();
    for (Label label : task.labels()) {
      List<Integer> tokens = Arrays.stream(tokenizer.ids(label.text())).boxed().toList();
      Label other = byTokens.putIfAbsent(tokens, label);
      if (other != null) {
        throw new IllegalArgumentException(
            "labels %s and %s must differ to the model's vocabulary, got the same tokens %s for both: give them a text of words that it knows, as {name: %s, text: …}"
                .formatted(other.name(), label.name(), tokens, label.name()));
      }
    }
  }

  @Override
  public CompletableFuture<TaskAnswer> run(TaskRequest request, PriorAnswers prior) {
    if (task.scoring().scores() == Scoring.Scores.BEST) {
      int count = Math.min(task.alternatives(), choices.size());
      return request
          .best(prompt, choices, count)
          .thenApply(best -> LabelScores.of(task, best).best());
    }
    return request.score(prompt, choices).thenApply(this::answer);
  }

  private TaskAnswer answer(ChoiceScores scores) {
    double[] evidence = task.scoring().evidence(scores.logprobs(), choices);
    LabelScores labels = LabelScores.of(task, evidence, Scoring::softmax);
    return task.multiLabel() == MultiLabel.OFF ? labels.best() : labels.accepted();
  }
}
