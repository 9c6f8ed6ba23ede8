package io.flanstream.model.task;

import java.io.Serializable;

/**
 * A label of a classification task.
 *
 * @param name its name in the results
 * @param text how it is written for the model
 * @param description what it stands for, a question or a clause; null where none is given
 * @param threshold the least score that is accepted of it, 0 to 1; null for the task's
 */
public record Label(String name, String text, String description, Double threshold)
    implements Serializable {

  /** A label with the task's threshold. */
  public Label(String name, String text, String description) {
    this(name, text, description, null);
  }

  /** A label whose text is its name in lower-case words, without a description. */
  public static Label of(String name) {
    return new Label(name, TextForm.of(name), null);
  }

  /** A label whose text is its name in lower-case words. */
  public static Label of(String name, String description) {
    return new Label(name, TextForm.of(name), description);
  }
}
