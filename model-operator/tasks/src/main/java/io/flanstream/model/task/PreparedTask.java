package io.flanstream.model.task;

import java.util.concurrent.CompletableFuture;

/** A task ready for texts: prompts filled but for the text, choices tokenised. Thread-safe. */
interface PreparedTask {

  /** Submits all prompts of the task for a text and returns at once. */
  CompletableFuture<TaskAnswer> run(TaskRequest request);
}
