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
 */
public record EventFields(
    FieldPath text, FieldPath id, FieldPath eventTime, List<FieldPath> attributes)
    implements Serializable {

  /** Keeps its own list. */
  public EventFields {
    attributes = List.copyOf(attributes);
  }
}
