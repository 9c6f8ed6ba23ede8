package io.flanstream.jobs.terminal;

/** A failure that its message explains in full: what could not be done, the value, the rule. */
public final class CommandException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean usage;

  /** Creates an exception. */
  public CommandException(String message) {
    super(message);
    this.usage = false;
  }

  /** Creates an exception with its cause. */
  public CommandException(String message, Throwable cause) {
    super(message, cause);
    this.usage = false;
  }

  private CommandException(String message, boolean usage) {
    super(message);
    this.usage = usage;
  }

  /** A failure that lies in how the command was called. */
  public static CommandException usage(String message) {
    return new CommandException(message, true);
  }

  /** Whether it lies in how the command was called. */
  public boolean isUsage() {
    return usage;
  }
}
