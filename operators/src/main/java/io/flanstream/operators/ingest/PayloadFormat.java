package io.flanstream.operators.ingest;

import java.util.Locale;

/** How the values of the source topic are written. */
public enum PayloadFormat {
  /** A JSON object in UTF-8. */
  JSON,
  /** A JSON object in Confluent's wire format, with the id of its JSON Schema. */
  JSON_CONFLUENT,
  /** The text itself in UTF-8. */
  TEXT,
  /** A row of CSV in UTF-8. */
  CSV,
  /** An Avro record in plain binary, without a header. */
  AVRO,
  /** An Avro record in Confluent's wire format, whose schema is in a registry. */
  AVRO_CONFLUENT,
  /** A Protobuf message of a type that the pipeline names. */
  PROTOBUF,
  /** A Protobuf message in Confluent's wire format, whose file is in a registry. */
  PROTOBUF_CONFLUENT;

  /** Whether a value is text but for a frame before it. */
  public boolean isText() {
    return switch (this) {
      case JSON, JSON_CONFLUENT, TEXT, CSV -> true;
      case AVRO, AVRO_CONFLUENT, PROTOBUF, PROTOBUF_CONFLUENT -> false;
    };
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
