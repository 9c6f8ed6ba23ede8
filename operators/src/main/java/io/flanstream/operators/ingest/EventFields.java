package io.flanstream.operators.ingest;

import java.io.Serializable;
import java.util.List;

/**
 * Where an event's parts are in a record.
 *
 * @param text the text, without which a record is no event
 * @param id the identifier
 * @param eventTime when the event happened: ISO 8601, or milliseconds since 1970
 * @param attributes scalars to pass on, each under its own name
 * @param structured whether a text that is a record or a list is written out in a line, as {@link
 *     StructuredText} does
 */
public record EventFields(
    FieldPath text,
    FieldPath id,
    FieldPath eventTime,
    List<FieldPath> attributes,
    boolean structured)
    implements Serializable {

  /** Fields whose text must be a string. */
  public EventFields(
      FieldPath text, FieldPath id, FieldPath eventTime, List<FieldPath> attributes) {
    this(text, id, eventTime, attributes, false);
  }

  /** Keeps its own list. */
  public EventFields {
    attributes = List.copyOf(attributes);
  }
}
