package io.flanstream.model.task;

import java.io.Serializable;

/**
 * A field of an extraction task.
 *
 * @param name its name in the results
 * @param text how it is written for the model
 * @param description what it holds, a question or a clause; null where none is given
 * @param type what its values are read as
 */
public record Field(String name, String text, String description, Type type)
    implements Serializable {

  /** What a field's values are read as. */
  public enum Type {
    /** Text as it stands in the source. */
    TEXT
  }

  /** A text field whose text is its name in lower-case words, without a description. */
  public static Field of(String name) {
    return of(name, null);
  }

  /** A text field whose text is its name in lower-case words. */
  public static Field of(String name, String description) {
    return new Field(name, TextForm.of(name), description, Type.TEXT);
  }
}
