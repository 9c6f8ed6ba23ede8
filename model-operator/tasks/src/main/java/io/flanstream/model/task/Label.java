package io.flanstream.model.task;

import java.io.Serializable;

/**
 * A label of a classification task.
 *
 * @param name its name in the results
 * @param text how it is written for the model
 * @param description what it stands for, a question or a clause; null where none is given
 */
public record Label(String name, String text, String description) implements Serializable {

  /** A label whose text is its name in lower-case words, without a description. */
  public static Label of(String name) {
    return new Label(name, TextForm.of(name), null);
  }

  /** A label whose text is its name in lower-case words. */
  public static Label of(String name, String description) {
    return new Label(name, TextForm.of(name), description);
  }
}
