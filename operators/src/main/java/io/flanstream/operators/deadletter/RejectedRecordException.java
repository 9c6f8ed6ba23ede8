package io.flanstream.operators.deadletter;

/** Says why a record must become a dead letter. */
public final class RejectedRecordException extends Exception {
  private static final long serialVersionUID = 1L;

  private final Reason reason;

  /**
   * Rejects a record.
   *
   * @param reason why, for machines
   * @param message why, for people: value and rule
   */
  public RejectedRecordException(Reason reason, String message) {
    super(message, null, false, false);
    this.reason = reason;
  }

  /** Why, for machines. */
  public Reason reason() {
    return reason;
  }
}
