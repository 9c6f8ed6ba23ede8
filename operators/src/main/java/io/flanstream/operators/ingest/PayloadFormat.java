package io.flanstream.operators.ingest;

/** How the values of the source topic are written. */
public enum PayloadFormat {
  /** A JSON object in UTF-8. */
  JSON,
  /** The text itself in UTF-8. */
  TEXT,
  /** An Avro record in plain binary, without a header. */
  AVRO
}
