package io.flanstream.model.flink;

import io.flanstream.model.task.TaskSet;

/** The tasks as they are now. Thread-safe. */
public interface TaskFeed extends AutoCloseable {

  /**
   * The tasks; the same object until others come.
   *
   * @throws RuntimeException if it is not known any more what they are
   */
  TaskSet current();

  /** How many sets of tasks came that could not be taken. */
  long refused();

  @Override
  void close();
}
