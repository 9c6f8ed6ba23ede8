package io.flanstream.jobs.terminal;

/** A failure that its message explains in full: what could not be done, the value, the rule. */
public final class CommandException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Creates an exception. */
  public CommandException(String message) {
    super(message);
  }

  /** Creates an exception with its cause. */
  public CommandException(String message, Throwable cause) {
    super(message, cause);
  }
}
