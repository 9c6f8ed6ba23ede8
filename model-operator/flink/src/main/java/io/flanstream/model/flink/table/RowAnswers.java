package io.flanstream.model.flink.table;

import io.flanstream.model.checkpoint.Sha256;
import io.flanstream.model.flink.ModelClient;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.concurrent.CompletableFuture;

/** What a model is asked, and how its answers become columns; travels with the job. */
interface RowAnswers extends Serializable {

  /**
   * Prepares prompts and choices.
   *
   * @param client asks the model, and must stay open
   * @return a thread-safe form of the question
   */
  Asking open(ModelClient client);

  /** Name of a row, for the crash journal: rows have no coordinates, but what is asked of them. */
  static String record(String question, String text) {
    MessageDigest digest = Sha256.digest();
    digest.update(text.getBytes(StandardCharsets.UTF_8));
    return question + " " + Sha256.hex(digest);
  }

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
