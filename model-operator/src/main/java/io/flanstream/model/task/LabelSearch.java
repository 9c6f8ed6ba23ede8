package io.flanstream.model.task;

import io.flanstream.model.Choices;
import io.flanstream.model.TextModel;
import java.util.concurrent.CompletableFuture;

/** A classification that searches its best labels after one prompt. */
final class LabelSearch implements PreparedTask {
  private final ClassificationTask task;
  private final FramedPrompt prompt;
  private final Choices choices;

  LabelSearch(TextModel model, ClassificationTask task) {
    this.task = task;
    this.prompt =
        FramedPrompt.of(task.name(), PromptTemplates.classification(task), model.tokenizer());
    this.choices = model.choices(task.labels().stream().map(Label::text).toList());
  }

  @Override
  public CompletableFuture<TaskAnswer> run(TaskRequest request) {
    int count = Math.min(task.alternatives(), choices.size());
    return request
        .best(prompt, choices, count)
        .thenApply(best -> LabelScores.of(task, best).best());
  }
}
