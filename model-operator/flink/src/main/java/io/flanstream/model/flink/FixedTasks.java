package io.flanstream.model.flink;

import io.flanstream.model.task.TaskSet;

/** Tasks that stay. */
record FixedTasks(TaskSet current) implements TaskFeed {

  @Override
  public long refused() {
    return 0;
  }

  @Override
  public void close() {}
}
