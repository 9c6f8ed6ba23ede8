package io.flanstream.model.batch;

/** A request that was not answered because its scheduler was closed. */
public final class SchedulerClosedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  SchedulerClosedException() {
    super("Cannot answer: the model was closed");
  }
}
