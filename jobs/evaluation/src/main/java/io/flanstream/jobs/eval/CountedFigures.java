package io.flanstream.jobs.eval;

/** How well labels or fields are found, which can be counted one by one. */
sealed interface CountedFigures extends TaskFigures
    permits ClassificationFigures, ExtractionFigures {

  /** Labels or fields. */
  Measures measures();

  /** Whether scores are what they say. */
  CalibrationError calibration();
}
