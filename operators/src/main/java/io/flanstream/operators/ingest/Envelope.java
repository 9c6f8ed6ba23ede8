package io.flanstream.operators.ingest;

import java.util.Locale;

/** What the record of an event is wrapped in. */
public enum Envelope {
  /** Nothing: the value is the record. */
  NONE,
  /** A change of a row, as Debezium writes it: the row is in {@code after}. */
  DEBEZIUM,
  /** Kafka Connect's JSON with its schema: the record is in {@code payload}. */
  CONNECT,
  /** A CloudEvent: the record is the event's data. */
  CLOUDEVENTS;

  EnvelopeReader reader(PayloadDecoder decoder) {
    return switch (this) {
      case NONE -> record -> new Opened(decoder.decode(record), Payload.NOTHING);
      case DEBEZIUM -> new DebeziumReader(decoder);
      case CONNECT -> new ConnectReader(decoder);
      case CLOUDEVENTS -> new CloudEventsReader(decoder);
    };
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
