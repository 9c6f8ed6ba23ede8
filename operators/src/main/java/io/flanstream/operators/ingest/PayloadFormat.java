package io.flanstream.operators.ingest;

import java.util.Locale;

/** How the values of the source topic are written. */
public enum PayloadFormat {
  /** A JSON object in UTF-8. */
  JSON,
  /** The text itself in UTF-8. */
  TEXT,
  /** An Avro record in plain binary, without a header. */
  AVRO,
  /** An Avro record in Confluent's wire format, whose schema is in a registry. */
  AVRO_CONFLUENT;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
