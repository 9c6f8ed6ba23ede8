package io.flanstream.operators.ingest;

import java.io.Serializable;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Where an event's parts are in a record.
 *
 * @param text the text, without which a record is no event
 * @param id the identifier
 * @param eventTime when the event happened: ISO 8601 with a zone, or a number
 * @param attributes scalars to pass on, each under its own name
 * @param structured whether a text that is a record or a list is written out in a line, as {@link
 *     StructuredText} does
 * @param template what the text is made of, instead of one field; null where it is one
 * @param eventTimeUnit what a number counts that is an event time; milliseconds where null, and
 *     then a number that looks like seconds is refused
 */
public record EventFields(
    FieldPath text,
    FieldPath id,
    FieldPath eventTime,
    List<FieldPath> attributes,
    boolean structured,
    TextTemplate template,
    EventTimeUnit eventTimeUnit)
    implements Serializable {

  /** Fields whose text must be a string. */
  public EventFields(
      FieldPath text, FieldPath id, FieldPath eventTime, List<FieldPath> attributes) {
    this(text, id, eventTime, attributes, false, null, null);
  }

  /** Fields whose text is one field. */
  public EventFields(
      FieldPath text,
      FieldPath id,
      FieldPath eventTime,
      List<FieldPath> attributes,
      boolean structured,
      EventTimeUnit eventTimeUnit) {
    this(text, id, eventTime, attributes, structured, null, eventTimeUnit);
  }

  /** Keeps its own list. */
  public EventFields {
    attributes = List.copyOf(attributes);
  }

  /** What the text is made of. */
  public List<FieldPath> textFields() {
    return template == null ? List.of(text) : template.fields();
  }

  /** Whether a path leads into the key. */
  boolean usesKey() {
    return Stream.of(Stream.of(id, eventTime), attributes.stream(), textFields().stream())
        .flatMap(Function.identity())
        .anyMatch(path -> path.origin() == FieldPath.Origin.KEY && !path.segments().isEmpty());
  }
}
