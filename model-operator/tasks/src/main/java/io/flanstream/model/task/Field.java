package io.flanstream.model.task;

import java.io.Serializable;
import java.util.List;
import java.util.Locale;

/**
 * A field of an extraction task.
 *
 * @param name its name in the results
 * @param text how it is written for the model
 * @param description what it holds, a question or a clause; null where none is given
 * @param type what its values are read as
 * @param locale whose forms of numbers and dates it has
 * @param choices what a value of an enum may be, however its letters are written; empty for others
 * @param values how many values a text may have for it
 */
public record Field(
    String name,
    String text,
    String description,
    Type type,
    Locale locale,
    List<String> choices,
    Values values)
    implements Serializable {
  /** Whose forms numbers and dates have unless a field says otherwise. */
  public static final Locale DEFAULT_LOCALE = Locale.US;

  /** What a field's values are read as. */
  public enum Type {
    /** Text as it stands in the source. */
    TEXT(false),
    /** One of a few words. */
    ENUM(false),
    /** A whole number. */
    INTEGER(true),
    /** A number. */
    DECIMAL(true),
    /** A day with its year. */
    DATE(true);

    private final boolean localized;

    Type(boolean localized) {
      this.localized = localized;
    }

    /** Whether what a value means depends on the locale. */
    boolean isLocalized() {
      return localized;
    }
  }

  /** How many values a text may have for a field. */
  public enum Values {
    /** One at most. */
    ONE,
    /** Several. */
    MANY
  }

  /** Copies the choices. */
  public Field {
    choices = List.copyOf(choices);
  }

  /** A field with one value at most. */
  public Field(
      String name,
      String text,
      String description,
      Type type,
      Locale locale,
      List<String> choices) {
    this(name, text, description, type, locale, choices, Values.ONE);
  }

  /** A field whose type needs no more to be known. */
  public Field(String name, String text, String description, Type type) {
    this(name, text, description, type, DEFAULT_LOCALE, List.of());
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
