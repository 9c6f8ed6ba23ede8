package io.flanstream.operators.ingest;

import java.io.Serializable;
import java.util.List;

/**
 * Where an event's parts are in a record.
 *
 * @param text the text, without which a record is no event
 * @param id the identifier
 * @param eventTime when the event happened: ISO 8601 with a zone, or a number
 * @param attributes scalars to pass on, each under its own name
 * @param structured whether a text that is a record or a list is written out in a line, as {@link
 *     StructuredText} does
 * @param eventTimeUnit what a number counts that is an event time; milliseconds where null, and
 *     then a number that looks like seconds is refused
 */
public record EventFields(
    FieldPath text,
    FieldPath id,
    FieldPath eventTime,
    List<FieldPath> attributes,
    boolean structured,
    EventTimeUnit eventTimeUnit)
    implements Serializable {

  /** Fields whose text must be a string. */
  public EventFields(
      FieldPath text, FieldPath id, FieldPath eventTime, List<FieldPath> attributes) {
    this(text, id, eventTime, attributes, false, null);
  }

  /** Keeps its own list. */
  public EventFields {
    attributes = List.copyOf(attributes);
  }
}
