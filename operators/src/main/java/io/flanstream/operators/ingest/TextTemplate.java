package io.flanstream.operators.ingest;

import io.flanstream.operators.deadletter.Reason;
import io.flanstream.operators.deadletter.RejectedRecordException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * A text out of several fields: paths in braces, and text between them; two braces stand for one. A
 * field that a record lacks is empty; a record that has none of them has no text.
 *
 * @param parts what is between the fields: one more than there are fields
 * @param fields the fields, in order
 */
public record TextTemplate(List<String> parts, List<FieldPath> fields) implements Serializable {
  /** Keeps its own lists. */
  public TextTemplate {
    parts = List.copyOf(parts);
    fields = List.copyOf(fields);
  }

  /**
   * Reads a template.
   *
   * @param text the template
   * @throws IllegalArgumentException if a brace has no other, or no field is named
   */
  public static TextTemplate parse(String text) {
    List<String> parts = new ArrayList<>();
    List<FieldPath> fields = new ArrayList<>();
    StringBuilder part = new StringBuilder();
    int at = 0;
    while (at < text.length()) {
      char character = text.charAt(at);
      boolean isBrace = character == '{' || character == '}';
      if (isBrace && at + 1 < text.length() && text.charAt(at + 1) == character) {
        part.append(character);
        at += 2;
      } else if (character == '{') {
        int end = text.indexOf('}', at);
        if (end < 0) {
          throw new IllegalArgumentException(
              "must close the brace that is opened at character " + (at + 1));
        }
        fields.add(FieldPath.parse(text.substring(at + 1, end)));
        parts.add(part.toString());
        part.setLength(0);
        at = end + 1;
      } else if (character == '}') {
        throw new IllegalArgumentException(
            "must open the brace that is closed at character %s, or write it twice"
                .formatted(at + 1));
      } else {
        part.append(character);
        at++;
      }
    }
    if (fields.isEmpty()) {
      throw new IllegalArgumentException("must name a field in braces, as in {/subject}");
    }
    parts.add(part.toString());
    return new TextTemplate(parts, fields);
  }

  /** The text of a record; null where it has none of the fields. */
  String text(RecordParts record) throws RejectedRecordException {
    StringBuilder text = new StringBuilder(parts.get(0));
    boolean has = false;
    for (int i = 0; i < fields.size(); i++) {
      Object value = record.at(fields.get(i));
      if (value instanceof Payload.Composite) {
        throw new RejectedRecordException(
            Reason.INVALID_TEXT,
            "Cannot use record: \"%s\" must be a scalar in a text template, got %s"
                .formatted(fields.get(i), Shown.of(value)));
      }
      if (value != null) {
        has = true;
        text.append(EventValidator.plain(value));
      }
      text.append(parts.get(i + 1));
    }
    return has ? text.toString() : null;
  }
}
