package io.flanstream.operators.registry;

import java.util.Locale;
import org.apache.avro.Schema;

/** How the subject of a schema is named, as Confluent's strategies of the same names do. */
public enum SubjectStrategy {
  /** {@code TOPIC-value}: all records of a topic are of one type, which evolves. */
  TOPIC_NAME,
  /** {@code TOPIC-TYPE}: a topic has records of several types, each of which evolves. */
  TOPIC_RECORD_NAME;

  String subject(String topic, Schema schema) {
    return this == TOPIC_NAME ? topic + "-value" : topic + "-" + schema.getFullName();
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
