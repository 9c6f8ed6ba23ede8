package io.flanstream.model.task;

import java.io.Serializable;
import java.util.List;

/**
 * The tasks that every text goes through. Immutable.
 *
 * @param tasks the tasks, at least one, in the order of their results
 * @param version SHA-256 of the tasks' canonical JSON, the first 12 hexadecimal digits: the same
 *     for the same tasks, wherever they were read from
 */
public record TaskSet(List<TaskDefinition> tasks, String version) implements Serializable {

  /** Copies the tasks. */
  public TaskSet {
    tasks = List.copyOf(tasks);
  }

  /**
   * Checks tasks and gives them their version.
   *
   * @param tasks the tasks
   * @return the set
   * @throws InvalidTasksException if they break a rule, with all faults
   */
  public static TaskSet of(List<TaskDefinition> tasks) {
    List<TaskFault> faults = TaskRules.faults(tasks, "tasks");
    if (!faults.isEmpty()) {
      throw new InvalidTasksException(faults);
    }
    return new TaskSet(tasks, TaskSetVersion.of(tasks));
  }
}
