package io.flanstream.model.task;

/** What happens to a text that does not fit in the model. */
public enum OverlongPolicy {
  /** The task fails with code {@code TOO_MANY_TOKENS}. */
  REJECT,
  /** The end of the text is cut off, which the results say. */
  TRUNCATE,
  /** Every task is asked about windows that overlap, and its answers are merged. */
  WINDOW
}
