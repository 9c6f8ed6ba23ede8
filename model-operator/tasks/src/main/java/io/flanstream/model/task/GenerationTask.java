package io.flanstream.model.task;

import java.util.List;

/**
 * Lets the model write.
 *
 * @param name name of the task in the results
 * @param template the prompt, with places for the text and for answers of other tasks
 * @param decoding how the text is written
 * @param answerAfter what comes before the answer at the end of a chain of thought, however its
 *     letters are written; null where all of the text is the answer
 * @param when what must hold of a record for the task to be asked
 */
public record GenerationTask(
    String name, String template, Decoding decoding, String answerAfter, List<Condition> when)
    implements TaskDefinition {

  /** Copies the conditions. */
  public GenerationTask {
    when = List.copyOf(when);
  }

  /** A task that writes greedily, all else as usual. */
  public static GenerationTask of(String name, String template) {
    return new GenerationTask(name, template, Decoding.USUAL, null, List.of());
  }
}
