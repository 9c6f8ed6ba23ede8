package io.flanstream.jobs.eval;

import java.util.List;

/** How well a task was done. */
sealed interface TaskFigures permits CountedFigures, GenerationFigures {

  /** Name of the task. */
  String task();

  /** Number of texts that have a right answer for it. */
  int texts();

  /** Of these, those for which the task failed: they have no answer, and count as such. */
  int failed();

  /**
   * Answers that are wrong: the surest first, or of written ones those that have least in common
   * with a right one.
   */
  List<Mistake> mistakes();

  /**
   * A wrong answer.
   *
   * @param place where the text is
   * @param id its identifier
   * @param text the text
   * @param right the right answer
   * @param given what the model gave
   * @param score greatest score of what it gave wrongly, null where it only left something out; of
   *     a written answer, what it has in common with a right one
   */
  record Mistake(
      String place, String id, String text, List<String> right, List<String> given, Double score) {}
}
