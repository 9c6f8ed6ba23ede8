package io.flanstream.operators.ingest;

import io.flanstream.operators.deadletter.RejectedRecordException;
import io.flanstream.operators.record.KafkaRecord;
import java.util.Optional;

/**
 * JSON of Kafka Connect's converter with its schema: {@code schema} and {@code payload}. Without a
 * payload it is a tombstone.
 */
final class ConnectReader implements EnvelopeReader {
  private static final String SCHEMA = "schema";
  private static final String PAYLOAD = "payload";

  private final PayloadDecoder decoder;

  ConnectReader(PayloadDecoder decoder) {
    this.decoder = decoder;
  }

  /** The payload, where a value is one with its schema. */
  static Optional<Payload> unwrapped(Payload value) {
    return value instanceof JsonPayload json && json.root().has(SCHEMA)
        ? value.member(PAYLOAD)
        : Optional.empty();
  }

  @Override
  public Opened open(KafkaRecord record) throws RejectedRecordException {
    Payload value = decoder.decode(record);
    if (!(value instanceof JsonPayload json && json.root().has(SCHEMA))) {
      throw EnvelopeReader.rejected("/schema", "must be there", null);
    }
    if (!json.root().has(PAYLOAD)) {
      throw EnvelopeReader.rejected("/payload", "must be there", null);
    }
    return json.root().get(PAYLOAD).isNull()
        ? new Opened(null, value)
        : new Opened(value.member(PAYLOAD).orElse(Payload.NOTHING), value);
  }
}
