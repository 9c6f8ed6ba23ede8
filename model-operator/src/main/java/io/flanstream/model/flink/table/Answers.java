package io.flanstream.model.flink.table;

import io.flanstream.model.TextModel;
import java.io.Serializable;
import java.util.concurrent.CompletableFuture;

/** What a model is asked, and how its answers become columns; travels with the job. */
interface Answers extends Serializable {

  /**
   * Prepares prompts and choices.
   *
   * @param model the model, which must stay open
   * @return a thread-safe form of the question
   */
  Asking open(TextModel model);

  /** A prepared question. */
  interface Asking {

    /**
     * Asks about a text, without waiting.
     *
     * @param text any text
     * @return a value for each output column but those of errors, in Flink's internal form
     */
    CompletableFuture<Object[]> ask(String text);
  }
}
