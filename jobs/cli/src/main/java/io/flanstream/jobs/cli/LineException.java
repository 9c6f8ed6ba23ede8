package io.flanstream.jobs.cli;

/** A line that cannot be answered. */
final class LineException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String code;

  LineException(String code, String message) {
    super(message);
    this.code = code;
  }

  /** What went wrong, for machines. */
  String code() {
    return code;
  }
}
