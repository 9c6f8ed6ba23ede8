package io.flanstream.operators.serialize;

import java.util.Locale;

/** How records are written to a topic. */
public enum RecordFormat {
  /** Avro plain binary, without a header. */
  AVRO,
  /** Avro in Confluent's wire format, the schema in a registry. */
  AVRO_CONFLUENT,
  /** Plain JSON: explicit nulls, no union wrappers, bytes in base64, times in ISO 8601. */
  JSON;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
