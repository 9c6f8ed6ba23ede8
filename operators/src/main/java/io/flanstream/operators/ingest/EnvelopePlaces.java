package io.flanstream.operators.ingest;

import java.util.List;

/**
 * Where a value that is JSON can have a record that is in an envelope, or was meant to be: the
 * places of a redaction, which must miss none. It is a record's copy before a change, too, and data
 * that are written as text.
 */
public final class EnvelopePlaces {
  private static final List<List<String>> TOPS = List.of(List.of(), List.of("payload"));
  private static final List<List<String>> RECORDS =
      List.of(
          List.of(),
          List.of("payload"),
          List.of("before"),
          List.of("after"),
          List.of("payload", "before"),
          List.of("payload", "after"),
          List.of("data"),
          List.of("data_base64"));

  private EnvelopePlaces() {}

  /** Paths under which a path of the record, or of the envelope itself, may lead on. */
  public static List<List<String>> of(Envelope envelope, FieldPath.Origin origin) {
    if (envelope == Envelope.NONE) {
      return List.of(List.of());
    }
    return origin == FieldPath.Origin.ENVELOPE ? TOPS : RECORDS;
  }
}
