package io.flanstream.jobs.calibrate;

/** How a calibration is made. */
public enum CalibrationMethod {
  /**
   * Scale and offsets that make labelled texts most likely: bias-corrected temperature scaling
   * (Alexandari et al. 2020).
   */
  LABELLED,
  /** Offsets that make the labels equally likely over a sample (Zhou et al. 2024). */
  BATCH,
  /** Offsets that make the labels equally likely for texts without content (Zhao et al. 2021). */
  CONTEXTUAL
}
