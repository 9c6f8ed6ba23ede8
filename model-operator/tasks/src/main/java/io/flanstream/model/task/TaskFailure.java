package io.flanstream.model.task;

import io.flanstream.model.ModelException;

/** A task, or all tasks of a text, that could not be answered. */
public final class TaskFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The step that failed. */
  public enum Stage {
    /** Text to tokens: the prompt does not fit. */
    TOKENIZE,
    /** The model itself. */
    MODEL,
    /** The model's answer could not be read. */
    DECODE
  }

  private static final String NEEDED = "NEEDED_TASK_FAILED";

  private final Stage stage;
  private final String code;

  /**
   * Creates a failure.
   *
   * @param stage the step that failed
   * @param code what failed, for machines
   * @param message what failed, for people: value and rule
   * @param cause what lies under it; null where nothing does
   */
  public TaskFailure(Stage stage, String code, String message, Throwable cause) {
    super(message, cause);
    this.stage = stage;
    this.code = code;
  }

  /** The failure of a task that waits for this one. */
  TaskFailure of(String waiting, String task) {
    return new TaskFailure(
        stage,
        NEEDED,
        "Cannot run task %s: it needs the answer of task %s, which failed with %s"
            .formatted(waiting, task, code),
        this);
  }

  /** Whether another task failed, whose answer the task needs. */
  boolean isOfAnother() {
    return code.equals(NEEDED);
  }

  /** What a failed request to the model means for its task. */
  public static TaskFailure of(Throwable cause) {
    if (cause instanceof TaskFailure failure) {
      return failure;
    }
    if (cause instanceof ModelException model) {
      Stage stage =
          model.code() == ModelException.Code.TOO_MANY_TOKENS ? Stage.TOKENIZE : Stage.MODEL;
      return new TaskFailure(stage, model.code().name(), model.getMessage(), cause);
    }
    return new TaskFailure(
        Stage.MODEL, ModelException.Code.MODEL_FAILURE.name(), String.valueOf(cause), cause);
  }

  /** The step that failed. */
  public Stage stage() {
    return stage;
  }

  /** What failed, for machines: {@code TOO_MANY_TOKENS}, {@code OUT_OF_MEMORY}, … */
  public String code() {
    return code;
  }
}
