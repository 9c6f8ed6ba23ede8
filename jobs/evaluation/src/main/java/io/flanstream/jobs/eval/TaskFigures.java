package io.flanstream.jobs.eval;

import java.util.List;

/** How well a task was done. */
sealed interface TaskFigures permits ClassificationFigures, ExtractionFigures {

  /** Name of the task. */
  String task();

  /** Number of texts that have a right answer for it. */
  int texts();

  /** Of these, those for which the task failed: they have no answer, and count as such. */
  int failed();

  /** Labels or fields. */
  Measures measures();

  /** Whether scores are what they say. */
  CalibrationError calibration();

  /** Answers that are wrong, the surest first. */
  List<Mistake> mistakes();

  /**
   * A wrong answer.
   *
   * @param place where the text is
   * @param id its identifier
   * @param text the text
   * @param right the right answer
   * @param given what the model gave
   * @param score greatest score of what it gave wrongly; null where it only left something out
   */
  record Mistake(
      String place, String id, String text, List<String> right, List<String> given, Double score) {}
}
