package io.flanstream.jobs.eval;

/** How a line stands for a record of a pipeline's source. */
public enum LineForm {
  /** The line is the value, in the source's format and envelope, without a frame. */
  SOURCE,
  /** The line is a JSON object of id, text and eventTime, whatever the source reads. */
  PLAIN,
  /** The line is the value's bytes in Base64. */
  BASE64
}
