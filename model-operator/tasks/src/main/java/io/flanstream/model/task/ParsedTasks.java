package io.flanstream.model.task;

import java.util.List;
import java.util.Optional;

/**
 * What was read of task definitions.
 *
 * @param tasks the tasks; empty where there are faults
 * @param faults every fault, in the order of the definitions
 */
public record ParsedTasks(Optional<TaskSet> tasks, List<TaskViolation> faults) {

  /**
   * The tasks.
   *
   * @throws InvalidTasksException if there are faults
   */
  public TaskSet orElseThrow() {
    return tasks.orElseThrow(() -> new InvalidTasksException(faults));
  }
}
