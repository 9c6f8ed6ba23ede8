package io.flanstream.model.task;

/**
 * A fault in the definition of a task.
 *
 * @param path where it is, such as {@code tasks[0].labels[2].name}
 * @param rule what it must be: {@code must be …}
 * @param value what it is
 */
public record TaskViolation(String path, String rule, String value) {

  /** The fault in words: path, rule, value. */
  public String message() {
    return "%s %s, got %s".formatted(path, rule, value);
  }
}
