package io.flanstream.model.task;

import java.util.concurrent.CompletableFuture;

/** A task ready for texts: prompts filled but for the text, choices tokenised. Thread-safe. */
interface PreparedTask {

  /**
   * Submits all prompts of the task for a text and returns at once.
   *
   * @param request the text
   * @param prior answers of the tasks that the task waits for
   */
  CompletableFuture<TaskAnswer> run(TaskRequest request, PriorAnswers prior);
}
