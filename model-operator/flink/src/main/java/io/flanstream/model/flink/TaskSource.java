package io.flanstream.model.flink;

import io.flanstream.model.task.TaskSet;
import java.io.Serializable;

/** Where the tasks come from that every event goes through. Part of the job's graph. */
public interface TaskSource extends Serializable {

  /**
   * Opens it, and returns once the tasks are known: events wait as long.
   *
   * @return the tasks, to be closed by the caller
   * @throws RuntimeException if they cannot be known
   */
  TaskFeed open();

  /** Always the same tasks. */
  static TaskSource fixed(TaskSet tasks) {
    return () -> new FixedTasks(tasks);
  }
}
