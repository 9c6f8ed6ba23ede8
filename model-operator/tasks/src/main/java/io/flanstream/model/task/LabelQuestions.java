package io.flanstream.model.task;

import io.flanstream.model.ChoiceScores;
import io.flanstream.model.Choices;
import io.flanstream.model.TextModel;
import io.flanstream.model.future.Futures;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A classification that asks for each of its labels whether it fits. */
final class LabelQuestions implements PreparedTask {
  private final ClassificationTask task;
  private final List<FramedPrompt> prompts;
  private final Choices yesNo;

  LabelQuestions(TextModel model, ClassificationTask task) {
    this.task = task;
    this.prompts =
        task.labels().stream()
            .map(label -> PromptTemplates.yesNo(task, label))
            .map(prompt -> FramedPrompt.of(task.name(), prompt, model.tokenizer()))
            .toList();
    this.yesNo = model.choices(PromptTemplates.YES_NO);
  }

  @Override
  public CompletableFuture<TaskAnswer> run(TaskRequest request, PriorAnswers prior) {
    List<CompletableFuture<ChoiceScores>> scores =
        prompts.stream().map(prompt -> request.score(prompt, yesNo)).toList();
    return Futures.all(scores).thenApply(this::answer);
  }

  private TaskAnswer answer(List<ChoiceScores> scores) {
    double[] logOdds =
        scores.stream().mapToDouble(yesNo -> yesNo.logprobs()[0] - yesNo.logprobs()[1]).toArray();
    return LabelScores.of(task, logOdds, Scoring::logistic).accepted();
  }
}
