package io.flanstream.operators.serialize;

/** How records are written to a topic. */
public enum RecordFormat {
  /** Avro plain binary, without a header. */
  AVRO,
  /** Plain JSON: explicit nulls, no union wrappers, bytes in base64, times in ISO 8601. */
  JSON
}
