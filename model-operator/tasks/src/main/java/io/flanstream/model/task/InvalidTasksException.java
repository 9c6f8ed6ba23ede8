package io.flanstream.model.task;

import java.util.List;
import java.util.stream.Collectors;

/** Task definitions that break rules, with every fault that they have. */
public final class InvalidTasksException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final transient List<TaskViolation> faults;

  /**
   * Creates an exception.
   *
   * @param faults all faults, at least one
   */
  public InvalidTasksException(List<TaskViolation> faults) {
    super(
        faults.stream()
            .map(TaskViolation::message)
            .collect(Collectors.joining("; ", "Cannot define tasks: ", "")));
    this.faults = List.copyOf(faults);
  }

  /** All faults; none after deserialisation. */
  public List<TaskViolation> faults() {
    return faults == null ? List.of() : faults;
  }
}
