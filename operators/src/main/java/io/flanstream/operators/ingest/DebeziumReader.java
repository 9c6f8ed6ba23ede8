package io.flanstream.operators.ingest;

import io.flanstream.operators.deadletter.RejectedRecordException;
import io.flanstream.operators.record.KafkaRecord;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Changes of rows: {@code op} says what was done, {@code after} has the row. With its schema, JSON
 * has them in {@code payload}. A row that was deleted is a tombstone.
 */
final class DebeziumReader implements EnvelopeReader {
  private static final String DELETED = "d";
  private static final Set<String> WRITTEN = Set.of("c", "r", "u");

  private final PayloadDecoder decoder;

  DebeziumReader(PayloadDecoder decoder) {
    this.decoder = decoder;
  }

  @Override
  public Opened open(KafkaRecord record) throws RejectedRecordException {
    Payload value = decoder.decode(record);
    Payload change = ConnectReader.unwrapped(value).orElse(value);
    Object operation = change.at(List.of("op"));
    if (DELETED.equals(operation)) {
      return new Opened(null, change);
    }
    if (!(operation instanceof String op && WRITTEN.contains(op))) {
      throw EnvelopeReader.rejected("/op", "must be c, r, u or d", operation);
    }
    Optional<Payload> row = change.member("after");
    if (row.isEmpty()) {
      throw EnvelopeReader.rejected("/after", "must be a record", change.at(List.of("after")));
    }
    return new Opened(row.get(), change);
  }
}
