package io.flanstream.operators.deadletter;

/** Why a record cannot be enriched, outside the model. The name is the dead letter's code. */
public enum Reason {
  /** The value is no JSON object. */
  INVALID_JSON(Stage.DESERIALIZE),
  /** The value is not UTF-8. */
  INVALID_UTF8(Stage.DESERIALIZE),
  /** The value is no Avro record of the schema. */
  INVALID_AVRO(Stage.DESERIALIZE),
  /** The value is no Protobuf message of the type. */
  INVALID_PROTOBUF(Stage.DESERIALIZE),
  /** The value is no row of CSV with its columns. */
  INVALID_CSV(Stage.DESERIALIZE),
  /** The value is not in Confluent's wire format. */
  INVALID_FRAME(Stage.DESERIALIZE),
  /** The registry has no schema of the kind and the id that the value names. */
  UNKNOWN_SCHEMA(Stage.DESERIALIZE),
  /** The value is not in the envelope that the pipeline says. */
  INVALID_ENVELOPE(Stage.DESERIALIZE),
  /** There is no text, or it is null. */
  MISSING_TEXT(Stage.VALIDATE),
  /** The text is not a string, or not Unicode. */
  INVALID_TEXT(Stage.VALIDATE),
  /** The text is empty or only white space. */
  EMPTY_TEXT(Stage.VALIDATE),
  /** The id is neither a string nor a whole number, or is empty. */
  INVALID_ID(Stage.VALIDATE),
  /** The event time is no time, or is beyond the years 1 to 9999. */
  INVALID_EVENT_TIME(Stage.VALIDATE),
  /** The enriched event does not fit in a record. */
  RECORD_TOO_LARGE(Stage.SERIALIZE),
  /** The enriched event is not of its schema. */
  INVALID_RECORD(Stage.SERIALIZE),
  /** A condition of a route fails on the event. */
  ROUTE_FAILED(Stage.SERIALIZE),
  /** A field of the record repeats a masked value, and cannot be without it. */
  UNMASKABLE(Stage.SERIALIZE),
  /** The record has a field of its own where its answers would go. */
  FIELD_TAKEN(Stage.SERIALIZE),
  /** The registry does not take the schema of the record with its answers. */
  SCHEMA_REFUSED(Stage.SERIALIZE);

  private final Stage stage;

  Reason(Stage stage) {
    this.stage = stage;
  }

  /** Step in which it shows. */
  public Stage stage() {
    return stage;
  }
}
