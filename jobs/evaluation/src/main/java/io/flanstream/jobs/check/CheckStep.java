package io.flanstream.jobs.check;

import java.util.Map;

/**
 * A step of a model's check.
 *
 * @param name what was checked
 * @param outcome how it ended
 * @param says what was seen, in plain words
 * @param figures what was measured, by name with its unit
 */
public record CheckStep(String name, Outcome outcome, String says, Map<String, Double> figures) {

  /** How a step ended. */
  public enum Outcome {
    /** As it should. */
    PASSED,
    /** Not as it should. */
    FAILED,
    /** It cannot be tried here. */
    SKIPPED
  }

  /** A step without figures that cannot be tried here. */
  static CheckStep skipped(String name, String why) {
    return new CheckStep(name, Outcome.SKIPPED, why, Map.of());
  }

  /** A step that ended as it should, or did not. */
  static CheckStep of(String name, boolean passed, String says, Map<String, Double> figures) {
    return new CheckStep(name, passed ? Outcome.PASSED : Outcome.FAILED, says, figures);
  }
}
